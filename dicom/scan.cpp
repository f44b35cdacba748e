#include "dicom/scan.hpp"

#include "core/main_dicom_tags.hpp"
#include "dicom/charset.hpp"
#include "dicom/default_encoding.hpp"
#include "dicom/element_reader.hpp"
#include "dicom/identifiers.hpp"
#include "dicom/part10_file.hpp"
#include "dicom/value_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::dicom {
namespace {

constexpr dicom_tag specific_character_set = 0x00080005;
constexpr dicom_tag sop_class_uid = 0x00080016;
constexpr dicom_tag sop_instance_uid = 0x00080018;
constexpr dicom_tag patient_id = 0x00100020;
constexpr dicom_tag study_instance_uid = 0x0020000d;
constexpr dicom_tag series_instance_uid = 0x0020000e;
constexpr dicom_tag instance_number = 0x00200013;
constexpr dicom_tag image_index = 0x00541330;
constexpr dicom_tag pixel_data = 0x7fe00010;

/// Where a main tag belongs.
struct wanted_tag {
  dicom_tag tag = 0;
  std::array<bool, 4> levels{};
};

/// Every main tag once, ordered by tag.
const std::vector<wanted_tag>& wanted_tags() {
  static const auto all = [] {
    std::vector<wanted_tag> tags;
    for (const main_dicom_tag& row : main_dicom_tags()) {
      auto place = std::ranges::lower_bound(tags, row.tag, {}, &wanted_tag::tag);
      if (place == tags.end() || place->tag != row.tag)
        place = tags.insert(place, {.tag = row.tag, .levels = {}});
      place->levels[static_cast<std::size_t>(row.level)] = true;
    }
    return tags;
  }();
  return all;
}

/// A main tag without which an instance has no identifier.
struct needed_tag {
  std::string_view name;
  dicom_tag tag = 0;
  std::string_view value;
};

/// The scan of one data set. What it wants it remembers as views, and converts once the character set is known.
class data_set_scan {
public:
  data_set_scan(const part10_file& file, const scan_limits& limits) : file_(file), limits_(limits) {
    found_.resize(wanted_tags().size());
  }

  result<instance_summary> run();

private:
  void see(const dicom_element& element);
  void see_pixel_data(const dicom_element& element);
  void fill_tags();
  result<void> fill_ids();
  std::string_view main_value(resource_level level, dicom_tag tag) const;
  bool has_main_value(resource_level level, dicom_tag tag) const;
  bool is_there(dicom_tag tag) const;
  std::optional<std::uint32_t> number(dicom_tag tag) const;

  const part10_file& file_;
  const scan_limits& limits_;
  std::vector<dicom_element> found_; ///< parallel to `wanted_tags()`; tag 0: not there
  std::string_view character_set_;
  bool character_set_seen_ = false;
  bool sop_class_seen_ = false;
  std::optional<error> problem_;
  instance_summary summary_;
};

/// Transfer syntaxes in which pixel data cannot stand as it is.
bool is_encapsulated(std::string_view syntax) {
  return syntax.starts_with("1.2.840.10008.1.2.4.") || syntax == "1.2.840.10008.1.2.5";
}

result<instance_summary> data_set_scan::run() {
  if (file_.start >= file_.bytes.size())
    return error{error_code::bad_file_format, "the data set has no elements"};
  element_reader reader(file_.bytes, file_.start, file_.encoding, limits_);
  while (reader.next())
    if (reader.depth() == 0)
      see(reader.current());
  if (reader.problem())
    return *reader.problem();
  if (problem_)
    return *problem_;
  summary_.transfer_syntax = file_.transfer_syntax;
  fill_tags();
  if (auto named = fill_ids(); !named)
    return named.error();
  const bool numbered = !main_value(resource_level::instance, instance_number).empty();
  summary_.index_in_series = number(numbered ? instance_number : image_index);
  return std::move(summary_);
}

/// Takes an element of the data set itself. The first of several with the same tag counts.
void data_set_scan::see(const dicom_element& element) {
  if (element.tag == pixel_data)
    return see_pixel_data(element);
  if (element.what != event::element)
    return;
  if (element.tag == specific_character_set && !character_set_seen_) {
    character_set_ = trimmed(element.value);
    character_set_seen_ = true;
  } else if (element.tag == sop_class_uid && !sop_class_seen_) {
    summary_.sop_class = trimmed(element.value);
    sop_class_seen_ = true;
  }
  const auto& wanted = wanted_tags();
  const auto place = std::ranges::lower_bound(wanted, element.tag, {}, &wanted_tag::tag);
  if (place == wanted.end() || place->tag != element.tag)
    return;
  dicom_element& slot = found_[static_cast<std::size_t>(place - wanted.begin())];
  if (slot.tag == 0)
    slot = element;
}

void data_set_scan::see_pixel_data(const dicom_element& element) {
  const bool begins = element.what == event::element || element.what == event::fragments_begin;
  if (!begins || !summary_.pixel_data_vr.empty())
    return;
  if (element.what == event::element && is_encapsulated(file_.transfer_syntax))
    problem_.emplace(error_code::bad_file_format,
                     "the pixel data is not encapsulated, but the transfer syntax says so: at byte "
                       + std::to_string(element.offset) + ", tag (7fe0,0010)");
  summary_.pixel_data_vr = element.what == event::fragments_begin || element.type == vr::ob ? "OB" : "OW";
  if (file_.in_file())
    summary_.pixel_data_offset = element.offset;
}

void data_set_scan::fill_tags() {
  const charset sets = charset_of(character_set_);
  const auto& wanted = wanted_tags();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (found_[i].tag == 0)
      continue;
    shown_value value = value_text(found_[i], sets);
    if (value.what != shown_value::kind::text)
      continue;
    for (std::size_t level = 0; level < wanted[i].levels.size(); ++level)
      if (wanted[i].levels[level])
        summary_.tags[level].push_back({.tag = wanted[i].tag, .value = value.text});
  }
}

bool data_set_scan::has_main_value(resource_level level, dicom_tag tag) const {
  return std::ranges::binary_search(summary_.tags[static_cast<std::size_t>(level)], tag, {}, &tag_value::tag);
}

std::string_view data_set_scan::main_value(resource_level level, dicom_tag tag) const {
  const tag_values& values = summary_.tags[static_cast<std::size_t>(level)];
  const auto place = std::ranges::lower_bound(values, tag, {}, &tag_value::tag);
  return place != values.end() && place->tag == tag ? std::string_view{place->value} : std::string_view{};
}

bool data_set_scan::is_there(dicom_tag tag) const {
  return std::ranges::find(found_, tag, &dicom_element::tag) != found_.end();
}

result<void> data_set_scan::fill_ids() {
  const auto study = main_value(resource_level::study, study_instance_uid);
  const auto series = main_value(resource_level::series, series_instance_uid);
  const auto instance = main_value(resource_level::instance, sop_instance_uid);
  const auto needed = std::to_array<needed_tag>({{"StudyInstanceUID (0020,000d)", study_instance_uid, study},
                                                 {"SeriesInstanceUID (0020,000e)", series_instance_uid, series},
                                                 {"SOPInstanceUID (0008,0018)", sop_instance_uid, instance}});
  for (const auto& [name, tag, value] : needed)
    if (!is_there(tag))
      return error{error_code::inexistent_tag, std::string{name} + " is missing"};
  for (const auto& [name, tag, value] : needed)
    if (value.empty())
      return error{error_code::bad_file_format, std::string{name} + " is empty or too long"};
  // Without this, patients with long identifiers would be the one without any.
  if (const auto id = std::ranges::find(found_, patient_id, &dicom_element::tag);
      id != found_.end() && !has_main_value(resource_level::patient, patient_id))
    return error{error_code::bad_file_format, "PatientID (0010,0020) is too long, or no text"};
  summary_.ids = orthanc_ids(main_value(resource_level::patient, patient_id), study, series, instance);
  return {};
}

/// A main tag of the instance as a whole number that is not negative.
std::optional<std::uint32_t> data_set_scan::number(dicom_tag tag) const {
  std::string_view text = main_value(resource_level::instance, tag);
  while (text.starts_with(' '))
    text.remove_prefix(1);
  if (text.starts_with('+'))
    text.remove_prefix(1);
  while (text.ends_with(' '))
    text.remove_suffix(1);
  std::uint32_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

} // namespace

result<instance_summary> scan(std::span<const std::byte> file, const scan_limits& limits) {
  auto opened = open_part10(file, limits);
  if (!opened)
    return opened.error();
  return data_set_scan{*opened, limits}.run();
}

} // namespace troupe::dicom
