#include "http/requested_tags.hpp"

#include "core/main_dicom_tags.hpp"
#include "dicom/dictionary.hpp"
#include "dicom/tags_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

namespace troupe::http {
namespace {

using nlohmann::json;

constexpr std::size_t most_tags = 256;

std::string keyword_of(dicom_tag tag) {
  if (const auto main = main_dicom_tag_keyword(tag); !main.empty())
    return std::string(main);
  const auto* const info = dicom::find_tag(tag);
  return info ? std::string(info->name) : "Unknown Tag & Data";
}

json in_style(const json& value, tag_style style);

void add_tag(json& to, dicom_tag tag, const json& value, tag_style style) {
  if (style == tag_style::by_keyword)
    to[keyword_of(tag)] = in_style(value, style);
  else if (style == tag_style::by_number)
    to[find::tag_number(tag)] = in_style(value, style);
  else
    to[find::tag_number(tag)] = {{"Name", keyword_of(tag)},
                                 {"Type", value.is_array() ? "Sequence" : (value.is_null() ? "Null" : "String")},
                                 {"Value", in_style(value, style)}};
}

/// A value of `tag_reader::in_file`; items nest as deeply as a file may, which is bounded.
json in_style(const json& value, tag_style style) {
  if (!value.is_array())
    return value;
  json items = json::array();
  for (const auto& item : value) {
    json shown = json::object();
    for (const auto& [name, each] : item.items())
      if (const auto tag = dicom::parse_tag(name))
        add_tag(shown, *tag, each, style);
    items.push_back(std::move(shown));
  }
  return items;
}

} // namespace

result<std::vector<dicom_tag>> requested_tags(const request_head& request) {
  auto given = request.parameter("requested-tags");
  if (!given)
    given = request.parameter("requestedTags");
  std::vector<dicom_tag> tags;
  for (auto list = given.value_or(""); !list.empty();) {
    const auto name = list.substr(0, list.find(';'));
    list.remove_prefix(std::min(name.size() + 1, list.size()));
    if (name.empty())
      continue;
    const auto tag = dicom::parse_tag(name);
    if (!tag)
      return error{error_code::unknown_dicom_tag, "'requested-tags' has an unknown tag"};
    if (tags.size() == most_tags)
      return error{error_code::parameter_out_of_range, "'requested-tags' has more than 256 tags"};
    tags.push_back(*tag);
  }
  return tags;
}

resource_shower::resource_shower(const persistence::database& storage, const persistence::read_transaction& from,
                                 const resource_view& how)
  : from_(from),
    how_(how),
    reader_(storage, from) {
  reader_.want_from_files(how.requested_tags);
}

json resource_shower::requested_tags_of(const persistence::resource& of) {
  json shown = json::object();
  for (const auto tag : how_.requested_tags) {
    if (auto value = reader_.indexed(of, tag)) {
      add_tag(shown, tag, *value, how_.style);
    } else if (!find::tag_reader::in_index(of.level, tag)) {
      if (const auto& found = reader_.in_file(of, tag); !found.is_null())
        add_tag(shown, tag, found, how_.style);
    }
  }
  return shown;
}

json resource_shower::operator()(const persistence::resource& of) {
  auto shown = resource_json(from_, of, how_);
  if (!how_.requested_tags.empty())
    shown["RequestedTags"] = requested_tags_of(of);
  return shown;
}

} // namespace troupe::http
