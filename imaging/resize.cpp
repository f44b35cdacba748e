#include "imaging/resize.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace troupe::imaging {
namespace {

using bytes = std::vector<std::uint8_t>;

std::uint32_t rounded(double length) {
  constexpr double most = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::clamp(std::floor(length + 0.5), 1.0, most));
}

constexpr std::array<unsigned, 5> weights{1, 4, 6, 4, 1};

/// Places along a line that a filter reads around each place: beyond its ends, the last one again.
std::size_t around(std::size_t place, std::size_t tap, std::size_t length) {
  const auto at = static_cast<std::ptrdiff_t>(place + tap) - 2;
  return static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at, 0, static_cast<std::ptrdiff_t>(length) - 1));
}

/// Columns first, without rounding in between: sums of 8 bits times 256 fit.
bytes smoothed(const bytes& from, const picture& of) {
  const std::size_t line = std::size_t{of.width} * of.channels;
  bytes out(from.size());
  std::vector<std::uint16_t> columns(line);
  for (std::size_t y = 0; y < of.height; ++y) {
    std::ranges::fill(columns, std::uint16_t{0});
    for (std::size_t tap = 0; tap < weights.size(); ++tap) {
      const auto* const row = from.data() + around(y, tap, of.height) * line;
      for (std::size_t i = 0; i < line; ++i)
        columns[i] = static_cast<std::uint16_t>(columns[i] + weights[tap] * row[i]);
    }
    for (std::size_t x = 0; x < of.width; ++x)
      for (std::size_t channel = 0; channel < of.channels; ++channel) {
        unsigned sum = 0;
        for (std::size_t tap = 0; tap < weights.size(); ++tap)
          sum += weights[tap] * columns[around(x, tap, of.width) * of.channels + channel];
        out[y * line + x * of.channels + channel] = static_cast<std::uint8_t>(sum / 256);
      }
  }
  return out;
}

/// The place whose middle is nearest to that of a place of another grid.
std::vector<std::size_t> nearest(std::uint32_t from, std::uint32_t to) {
  std::vector<std::size_t> places(to);
  for (std::size_t i = 0; i < places.size(); ++i)
    places[i] = std::min<std::size_t>((2 * i + 1) * from / (2 * std::size_t{to}), from - 1);
  return places;
}

} // namespace

extent fitted(extent from, extent box) {
  if (box.width == 0 && box.height == 0)
    return from;
  const double across = static_cast<double>(box.width) / from.width;
  const double down = static_cast<double>(box.height) / from.height;
  const double ratio = box.width == 0 ? down : box.height == 0 ? across : std::min(across, down);
  return {rounded(ratio * from.width), rounded(ratio * from.height)};
}

picture resized(const picture& from, extent to, bool smooth) {
  if (to == extent{from.width, from.height})
    return from;
  const auto& plain = std::get<bytes>(from.samples);
  const bool smaller = to.width < from.width || to.height < from.height;
  const bytes filtered = smooth && smaller ? smoothed(plain, from) : bytes();
  const bytes& source = filtered.empty() ? plain : filtered;
  const auto columns = nearest(from.width, to.width);
  const auto rows = nearest(from.height, to.height);
  bytes out;
  out.reserve(std::size_t{to.width} * to.height * from.channels);
  for (const auto y : rows)
    for (const auto x : columns) {
      const auto* const pixel = source.data() + (y * from.width + x) * from.channels;
      out.insert(out.end(), pixel, pixel + from.channels);
    }
  return {to.width, to.height, from.channels, 8, std::move(out)};
}

} // namespace troupe::imaging
