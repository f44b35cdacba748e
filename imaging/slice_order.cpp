#include "imaging/slice_order.hpp"

#include "imaging/decimal.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace troupe::imaging {
namespace {

using vector_3 = std::array<double, 3>;

/// Cosines and millimetres are written with a few digits only.
constexpr double tolerance = 1e-3;

double product(const vector_3& a, const vector_3& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/// Of the plane of a slice; nothing where its axes span none.
std::optional<vector_3> normal_of(const slice& one) {
  if (!one.position || !one.orientation)
    return std::nullopt;
  const auto& [ax, ay, az, bx, by, bz] = *one.orientation;
  vector_3 normal{ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx};
  const double length = std::sqrt(product(normal, normal));
  if (length < tolerance)
    return std::nullopt;
  for (double& each : normal)
    each /= length;
  return normal;
}

/// The normal of all slices.
std::optional<vector_3> common_normal(const std::vector<slice>& all) {
  const auto first = all.size() < 2 ? std::nullopt : normal_of(all.front());
  if (!first)
    return std::nullopt;
  for (const auto& one : all) {
    const auto normal = normal_of(one);
    if (!normal || one.frames != 1 || std::abs(product(*normal, *first)) < 1 - tolerance)
      return std::nullopt;
  }
  return first;
}

/// Sorts along the normal. False where two slices are in the same place.
bool sort_along(const vector_3& normal, std::vector<slice>& all) {
  const auto place = [&](const slice& one) { return product(*one.position, normal); };
  std::ranges::stable_sort(all, {}, place);
  return std::ranges::adjacent_find(all,
                                    [&](const slice& a, const slice& b) { return place(b) - place(a) < tolerance; })
         == all.end();
}

template <std::size_t Count>
std::optional<std::array<double, Count>> numbers(std::string_view value) {
  std::array<double, Count> all{};
  for (std::size_t i = 0; i < Count; ++i) {
    const auto part = value.substr(0, value.find('\\'));
    const auto number = decimal(part);
    const bool last = part.size() == value.size();
    if (!number || last != (i + 1 == Count))
      return std::nullopt;
    all[i] = *number;
    value.remove_prefix(last ? part.size() : part.size() + 1);
  }
  return all;
}

} // namespace

std::optional<std::array<double, 3>> three_numbers(std::string_view value) {
  return numbers<3>(value);
}

std::optional<std::array<double, 6>> six_numbers(std::string_view value) {
  return numbers<6>(value);
}

result<slice_order> order_slices(std::vector<slice> all) {
  if (const auto normal = common_normal(all); normal && sort_along(*normal, all))
    return slice_order{true, std::move(all)};
  const auto has_index = [](const slice& one) { return one.index.has_value(); };
  if (all.size() != 1 && !std::ranges::all_of(all, has_index))
    return error{error_code::cannot_order_slices, "The images have neither positions nor numbers"};
  std::ranges::stable_sort(all, {}, &slice::index);
  return slice_order{false, std::move(all)};
}

} // namespace troupe::imaging
