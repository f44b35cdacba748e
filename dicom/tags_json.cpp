#include "dicom/tags_json.hpp"

#include "core/main_dicom_tags.hpp"
#include "dicom/charset.hpp"
#include "dicom/dictionary.hpp"
#include "dicom/element_reader.hpp"
#include "dicom/part10_file.hpp"
#include "dicom/scan.hpp"
#include "dicom/value_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <string>
#include <unordered_set>
#include <utility>

namespace troupe::dicom {
namespace {

using nlohmann::json;

constexpr dicom_tag specific_character_set = 0x00080005;
constexpr dicom_tag pixel_data = 0x7fe00010;

std::string tag_text(dicom_tag tag) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04x,%04x", static_cast<unsigned>(tag >> 16),
                static_cast<unsigned>(tag & 0xffff));
  return text.data();
}

std::string_view name_of(const dicom_element& element) {
  if (const std::string_view main = main_dicom_tag_keyword(element.tag); !main.empty())
    return main;
  const tag_info* known = find_tag(element.tag, element.private_creator);
  return known != nullptr ? known->name : "Unknown Tag & Data";
}

std::string_view type_name(shown_value::kind kind) {
  switch (kind) {
  case shown_value::kind::text:
    return "String";
  case shown_value::kind::too_long:
    return "TooLong";
  case shown_value::kind::none:
    break;
  }
  return "Null";
}

/// Puts the events of a reader into a JSON object.
class json_maker {
public:
  json_maker(json& into, const tags_options& options) : options_(options) {
    levels_.push_back({.object = &into, .items = nullptr, .sets = {}, .seen = {}});
  }

  void take(const dicom_element& element);

private:
  /// A data set that is not complete yet: the file's, or an item.
  struct level {
    json* object; ///< null: not wanted, as its sequence is there a second time
    json* items;  ///< of the sequence of this data set that is being read; null if none, or not wanted
    charset sets;
    std::unordered_set<dicom_tag> seen;
  };

  void begin_item();
  void take_value(const dicom_element& element);
  json* put(const dicom_element& element, std::string_view type, json value);

  const tags_options& options_;
  std::vector<level> levels_;
};

void json_maker::take(const dicom_element& element) {
  switch (element.what) {
  case event::element:
    return take_value(element);
  case event::fragments_begin:
    put(element, "Null", nullptr);
    return;
  case event::sequence_begin:
    levels_.back().items = put(element, "Sequence", json::array());
    return;
  case event::item_begin:
    return begin_item();
  case event::item_end:
    levels_.pop_back();
    return;
  case event::sequence_end:
  case event::fragment:
  case event::fragments_end:
    return;
  }
}

void json_maker::begin_item() {
  json* items = levels_.back().items;
  json* object = items == nullptr ? nullptr : &items->emplace_back(json::object());
  charset sets = levels_.back().sets;
  levels_.push_back({.object = object, .items = nullptr, .sets = sets, .seen = {}});
}

void json_maker::take_value(const dicom_element& element) {
  level& inner = levels_.back();
  if (inner.object == nullptr)
    return;
  if (element.tag == specific_character_set && !inner.seen.contains(element.tag))
    inner.sets = charset{trimmed(element.value)};
  const auto& unlimited = options_.ignore_length;
  const bool whole = std::ranges::find(unlimited, element.tag) != unlimited.end();
  shown_value value =
    element.tag == pixel_data
      ? shown_value{}
      : value_text(element, inner.sets, whole ? std::numeric_limits<std::size_t>::max() : longest_shown);
  const bool text = value.what == shown_value::kind::text;
  put(element, type_name(value.what), text ? json(std::move(value.text)) : json(nullptr));
}

/// Adds a member, unless its tag is there already. Returns the value's place.
json* json_maker::put(const dicom_element& element, std::string_view type, json value) {
  level& inner = levels_.back();
  if (inner.object == nullptr || !inner.seen.insert(element.tag).second)
    return nullptr;
  switch (options_.format) {
  case tag_format::full: {
    json& member = (*inner.object)[tag_text(element.tag)];
    member = {{"Name", name_of(element)}, {"Type", type}};
    if (!element.private_creator.empty() && element.what == event::element)
      member["PrivateCreator"] = inner.sets.to_utf8(element.private_creator, text_kind::values);
    json& place = member["Value"];
    place = std::move(value);
    return &place;
  }
  case tag_format::brief: {
    json& place = (*inner.object)[tag_text(element.tag)];
    place = std::move(value);
    return &place;
  }
  case tag_format::simplified:
    break;
  }
  json& place = (*inner.object)[std::string{name_of(element)}];
  place = std::move(value);
  return &place;
}

} // namespace

result<nlohmann::json> tags_json(std::span<const std::byte> file, const tags_options& options) {
  const scan_limits limits;
  auto opened = open_part10(file, limits);
  if (!opened)
    return opened.error();
  // Made in place: JSON converts from anything, and so does not say what a result is made from.
  result<json> all(boost::system::in_place_value, json::object());
  json_maker maker(*all, options);
  element_reader reader(opened->bytes, opened->start, opened->encoding, limits);
  while (reader.next()) {
    const dicom_element& found = reader.current();
    maker.take(found);
    if (found.tag == pixel_data && reader.depth() == 0 && !options.whole)
      return all;
  }
  if (reader.problem())
    return *reader.problem();
  return all;
}

} // namespace troupe::dicom
