#include "http/resource_json.hpp"

#include "core/main_dicom_tags.hpp"
#include "core/time_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <set>
#include <string>

namespace troupe::http {
namespace {

using nlohmann::json;
using persistence::read_transaction;
using persistence::resource;

constexpr dicom_tag images_in_acquisition = 0x00201002;
constexpr dicom_tag cardiac_number_of_images = 0x00181090;
constexpr dicom_tag number_of_slices = 0x00540081;
constexpr dicom_tag number_of_temporal_positions = 0x00200105;
constexpr dicom_tag number_of_time_slices = 0x00540101;

std::string tag_number(dicom_tag tag) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04x,%04x", tag >> 16, tag & 0xffffU);
  return text.data();
}

json tags_json(const tag_values& tags, tag_style style) {
  json shown = json::object();
  for (const auto& each : tags) {
    const std::string keyword(main_dicom_tag_keyword(each.tag));
    if (style == tag_style::by_keyword)
      shown[keyword] = each.value;
    else if (style == tag_style::by_number)
      shown[tag_number(each.tag)] = each.value;
    else
      shown[tag_number(each.tag)] = {{"Name", keyword}, {"Type", "String"}, {"Value", each.value}};
  }
  return shown;
}

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

/// What a complete series has; nothing if the tags do not say it.
std::optional<std::uint64_t> expected_instances(const tag_values& tags) {
  if (const auto all = product(number(tags, images_in_acquisition), number(tags, number_of_temporal_positions)))
    return all;
  if (const auto all = product(number(tags, number_of_slices), number(tags, number_of_time_slices)))
    return all;
  return product(number(tags, cardiac_number_of_images), 1);
}

/// Complete where the indices of the instances are exactly 1 to the expected number.
std::string_view series_status(const read_transaction& from, const resource& series,
                               std::optional<std::uint64_t> expected) {
  if (!expected)
    return "Unknown";
  std::set<std::uint64_t> seen;
  std::string_view verdict;
  persistence::for_each_child(from, series.key, [&](const resource& instance) {
    const auto facts = persistence::find_instance(from, instance.key);
    const auto index = facts ? facts->index_in_series : std::nullopt;
    if (!index)
      verdict = "Unknown";
    else if (*index == 0 || *index > *expected || !seen.insert(*index).second)
      verdict = "Inconsistent";
    return verdict.empty();
  });
  if (!verdict.empty())
    return verdict;
  return seen.size() == *expected ? "Complete" : "Missing";
}

failure incomplete_index() {
  return failure(error(error_code::corrupted_file, "The index lacks a record"));
}

void add_parent(json& to, const read_transaction& from, const resource& of) {
  if (of.level == resource_level::patient)
    return;
  const auto parent = persistence::find_resource(from, of.parent);
  if (!parent)
    throw incomplete_index();
  to["Parent" + std::string(to_text(parent->level))] = parent->id.text();
}

void add_children(json& to, const read_transaction& from, const resource& of) {
  constexpr std::array names{"Studies", "Series", "Instances"};
  json children = json::array();
  for (const auto& id : persistence::child_ids(from, of.key))
    children.push_back(id.text());
  to[names.at(static_cast<std::size_t>(of.level))] = std::move(children);
}

void add_file(json& to, const read_transaction& from, const resource& instance) {
  const auto facts = persistence::find_instance(from, instance.key);
  if (!facts)
    throw incomplete_index();
  to["FileSize"] = facts->blob.size_bytes;
  to["FileUuid"] = facts->blob.uuid;
  to["IndexInSeries"] = facts->index_in_series ? json(*facts->index_in_series) : json();
}

} // namespace

tag_style main_tag_style(const request_head& request) {
  const auto asked = [&](std::string_view name) { return request.parameter(name).has_value(); };
  if (asked("simplify"))
    return tag_style::by_keyword;
  return asked("short") ? tag_style::by_number : asked("full") ? tag_style::full : tag_style::by_keyword;
}

json resource_json(const read_transaction& from, const resource& of, const resource_view& how) {
  json shown = {{"ID", of.id.text()}, {"Type", to_text(of.level)}, {"MainDicomTags", tags_json(of.tags, how.style)}};
  add_parent(shown, from, of);
  if (of.level == resource_level::instance) {
    add_file(shown, from, of);
    return shown;
  }
  add_children(shown, from, of);
  shown["IsStable"] = of.last_update + how.stable_age <= how.now;
  shown["LastUpdate"] = seconds_text(of.last_update);
  if (of.level == resource_level::patient)
    shown["IsProtected"] = false;
  if (of.level == resource_level::study)
    shown["PatientMainDicomTags"] = tags_json(of.patient_tags, how.style);
  if (of.level == resource_level::series) {
    const auto expected = expected_instances(of.tags);
    shown["ExpectedNumberOfInstances"] = expected ? json(*expected) : json();
    shown["Status"] = series_status(from, of, expected);
  }
  return shown;
}

json resource_link(resource_level level, const orthanc_id& id) {
  return {{"ID", id.text()}, {"Path", '/' + std::string(plural(level)) + '/' + id.text()}, {"Type", to_text(level)}};
}

result<page> page_of(const request_head& request) {
  const auto since = request.parameter("since");
  const auto limit = request.parameter("limit");
  if (!since && !limit)
    return page{};
  if (!since || !limit)
    return error{error_code::bad_request, "'since' and 'limit' must come together"};
  const auto first = number(*since);
  const auto most = number(*limit);
  if (!first || !most)
    return error{error_code::bad_request, "'since' and 'limit' must be numbers"};
  return page{*first, *most};
}

error no_resource() {
  return {error_code::unknown_resource, "There is no such resource"};
}

} // namespace troupe::http
