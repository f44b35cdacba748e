#include "core/expected_instances.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace troupe {
namespace {

constexpr dicom_tag images_in_acquisition = 0x00201002;
constexpr dicom_tag cardiac_number_of_images = 0x00181090;
constexpr dicom_tag number_of_slices = 0x00540081;
constexpr dicom_tag number_of_temporal_positions = 0x00200105;
constexpr dicom_tag number_of_time_slices = 0x00540101;

std::optional<std::uint64_t> number(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  while (text.ends_with(' '))
    text.remove_suffix(1);
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
    return {};
  return value;
}

std::optional<std::uint64_t> number(const tag_values& tags, dicom_tag tag) {
  const auto found = std::ranges::find(tags, tag, &tag_value::tag);
  return found == tags.end() ? std::nullopt : number(found->value);
}

std::optional<std::uint64_t> product(std::optional<std::uint64_t> a, std::optional<std::uint64_t> b) {
  constexpr std::uint64_t plausible = 1U << 31; // VR IS; larger numbers are nonsense
  if (!a || !b || *a >= plausible || *b >= plausible || *a * *b >= plausible)
    return std::nullopt;
  return *a * *b;
}

} // namespace

std::optional<std::uint64_t> expected_instances(const tag_values& series_tags) {
  if (const auto all =
        product(number(series_tags, images_in_acquisition), number(series_tags, number_of_temporal_positions)))
    return all;
  if (const auto all = product(number(series_tags, number_of_slices), number(series_tags, number_of_time_slices)))
    return all;
  return product(number(series_tags, cardiac_number_of_images), 1);
}

} // namespace troupe
