#include "imaging/stored_image.hpp"

#include "imaging/decimal.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace troupe::imaging {
namespace {

using dicom::dicom_element;

constexpr dicom_tag extended_offset_table = 0x7fe00001;
constexpr dicom_tag float_pixel_data = 0x7fe00008;
constexpr dicom_tag double_float_pixel_data = 0x7fe00009;
constexpr dicom_tag pixel_data = 0x7fe00010;

std::string_view first_value(const dicom_element& element) {
  const auto text = dicom::trimmed(element.value);
  return text.substr(0, text.find('\\'));
}

std::uint64_t load(std::span<const std::byte> bytes, bool big_endian) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    number = number << 8U | std::to_integer<std::uint64_t>(bytes[big_endian ? i : bytes.size() - 1 - i]);
  return number;
}

/// The number at a place of a US, SS or US-or-SS element; nothing where there is none.
std::optional<std::uint32_t> short_at(const dicom_element& element, std::size_t place) {
  if (element.value.size() < 2 * place + 2)
    return std::nullopt;
  return static_cast<std::uint32_t>(load(element.value.subspan(2 * place, 2), element.big_endian));
}

std::vector<std::uint64_t> numbers_in(std::span<const std::byte> bytes, std::size_t size, bool big_endian) {
  std::vector<std::uint64_t> all;
  all.reserve(bytes.size() / size);
  for (; bytes.size() >= size; bytes = bytes.subspan(size))
    all.push_back(load(bytes.first(size), big_endian));
  return all;
}

std::optional<color_space> color_of(std::string_view name) {
  using enum color_space;
  constexpr std::array<std::pair<std::string_view, color_space>, 8> names{{{"MONOCHROME1", monochrome_1},
                                                                           {"MONOCHROME2", monochrome_2},
                                                                           {"PALETTE COLOR", palette},
                                                                           {"RGB", rgb},
                                                                           {"YBR_FULL", ybr_full},
                                                                           {"YBR_FULL_422", ybr_full_422},
                                                                           {"YBR_RCT", ybr_rct},
                                                                           {"YBR_ICT", ybr_ict}}};
  const auto* const found = std::ranges::find(names, name, &std::pair<std::string_view, color_space>::first);
  return found == names.end() ? std::nullopt : std::optional{found->second};
}

/// Collects what is wanted of the data set itself.
class collector {
public:
  explicit collector(stored_image& into) : into_(into) {}

  void see(const dicom_element& element);
  /// What is only known when everything was seen.
  void finish();

private:
  void see_layout(const dicom_element& element);
  void see_values(const dicom_element& element);
  void see_palette(const dicom_element& element);
  void see_pixels(const dicom_element& element);
  void see_native(const dicom_element& element);
  void see_fragment(const dicom_element& element);

  stored_image& into_;
  std::string_view color_;
  std::optional<std::uint32_t> high_bit_;
  std::optional<double> center_;
  std::optional<double> width_;
  std::vector<std::uint64_t> extended_offsets_;
  std::optional<std::uint64_t> first_item_;
  bool open_ = false; ///< within the pixel data
  bool table_seen_ = false;
};

void collector::see(const dicom_element& element) {
  switch (element.tag >> 16U) {
  case 0x0028:
    if (element.what != dicom::event::element)
      break;
    see_layout(element);
    see_values(element);
    see_palette(element);
    break;
  case 0x7fe0:
  case 0xfffe:
    see_pixels(element);
    break;
  default:
    break;
  }
}

void collector::see_layout(const dicom_element& element) {
  auto& layout = into_.layout;
  const auto number = short_at(element, 0).value_or(0);
  switch (element.tag & 0xffffU) {
  case 0x0002:
    layout.samples = number;
    break;
  case 0x0004:
    color_ = dicom::trimmed(element.value);
    break;
  case 0x0006:
    layout.planar = number == 1;
    break;
  case 0x0010:
    layout.rows = number;
    break;
  case 0x0011:
    layout.columns = number;
    break;
  case 0x0100:
    layout.bits_allocated = number;
    break;
  case 0x0101:
    layout.bits_stored = number;
    break;
  case 0x0102:
    high_bit_ = number;
    break;
  case 0x0103:
    layout.is_signed = number != 0;
    break;
  default:
    break;
  }
}

void collector::see_values(const dicom_element& element) {
  const auto value = decimal(first_value(element));
  switch (element.tag & 0xffffU) {
  case 0x0008:
    into_.frames = value && *value >= 1 && *value < 4e9 ? static_cast<std::uint32_t>(*value) : 1;
    break;
  case 0x1050:
    center_ = value;
    break;
  case 0x1051:
    width_ = value;
    break;
  case 0x1052:
    into_.intercept = value.value_or(0);
    break;
  case 0x1053:
    into_.slope = value.value_or(1);
    break;
  default:
    break;
  }
}

void collector::see_palette(const dicom_element& element) {
  const auto low = element.tag & 0xffffU;
  const auto color = (low & 0xfU) - 1;
  if (low < 0x1101 || low > 0x1223 || color > 2)
    return;
  auto& entry = into_.palette[color];
  entry.big_endian = element.big_endian;
  switch (low & 0xfff0U) {
  case 0x1100:
    for (std::size_t i = 0; i < entry.descriptor.size(); ++i)
      entry.descriptor[i] = static_cast<std::int32_t>(short_at(element, i).value_or(0));
    break;
  case 0x1200:
    entry.entries = element.value;
    break;
  case 0x1220:
    entry.segments = element.value;
    break;
  default:
    break;
  }
}

void collector::see_pixels(const dicom_element& element) {
  switch (element.what) {
  case dicom::event::element:
    see_native(element);
    break;
  case dicom::event::fragments_begin:
    open_ = !std::exchange(into_.has_pixels, true);
    into_.encapsulated = into_.encapsulated || open_;
    break;
  case dicom::event::fragment:
    if (open_)
      see_fragment(element);
    break;
  case dicom::event::fragments_end:
    open_ = false;
    break;
  default:
    break;
  }
}

void collector::see_native(const dicom_element& element) {
  switch (element.tag) {
  case extended_offset_table:
    extended_offsets_ = numbers_in(element.value, 8, element.big_endian);
    break;
  case float_pixel_data:
  case double_float_pixel_data:
    into_.floating = true;
    break;
  case pixel_data:
    if (std::exchange(into_.has_pixels, true))
      break;
    into_.native = element.value;
    into_.swapped_bytes = element.big_endian && element.type == dicom::vr::ow;
    break;
  default:
    break;
  }
}

/// The first fragment is the offset table.
void collector::see_fragment(const dicom_element& element) {
  if (!std::exchange(table_seen_, true)) {
    into_.offsets = numbers_in(element.value, 4, element.big_endian);
    return;
  }
  if (!first_item_)
    first_item_ = element.offset;
  into_.fragments.push_back({element.offset - *first_item_, element.value});
}

void collector::finish() {
  auto& layout = into_.layout;
  const auto fallback = layout.samples == 1 ? color_space::monochrome_2 : color_space::rgb;
  layout.color = color_of(color_).value_or(fallback);
  if (layout.bits_stored == 0)
    layout.bits_stored = layout.bits_allocated;
  layout.high_bit = high_bit_.value_or(layout.bits_stored - 1);
  if (center_ && width_)
    into_.voi = window{*center_, *width_};
  if (!extended_offsets_.empty())
    into_.offsets = std::move(extended_offsets_);
}

} // namespace

result<stored_image> read_image(std::span<const std::byte> file) {
  constexpr dicom::scan_limits limits;
  auto opened = dicom::open_part10(file, limits);
  if (!opened)
    return opened.error();
  stored_image image;
  image.file = *std::move(opened);
  collector collecting(image);
  dicom::element_reader reader(image.file.bytes, image.file.start, image.file.encoding, limits);
  while (reader.next())
    if (reader.depth() == 0)
      collecting.see(reader.current());
  if (reader.problem())
    return *reader.problem();
  collecting.finish();
  return image;
}

} // namespace troupe::imaging
