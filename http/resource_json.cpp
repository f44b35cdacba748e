#include "http/resource_json.hpp"

#include "core/expected_instances.hpp"
#include "core/main_dicom_tags.hpp"
#include "core/time_text.hpp"
#include "http/exchange.hpp"
#include "http/requested_tags.hpp"
#include "persistence/item_store.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <cstdio>
#include <string>

namespace troupe::http {
namespace {

using nlohmann::json;
using persistence::read_transaction;
using persistence::resource;

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
  while (text.starts_with(' ')) // a plus sign in a query
    text.remove_prefix(1);
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
    return {};
  return value;
}

std::string_view status_text(persistence::series_status status) {
  constexpr std::array<std::string_view, 4> texts{"Unknown", "Complete", "Missing", "Inconsistent"};
  return texts.at(static_cast<std::size_t>(status));
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

void add_tags(json& to, const resource& of, tag_style style) {
  to["MainDicomTags"] = tags_json(of.tags, style);
  if (of.level == resource_level::study)
    to["PatientMainDicomTags"] = tags_json(of.patient_tags, style);
}

void add_facts(json& to, const read_transaction& from, const resource& of) {
  if (of.level == resource_level::instance) {
    add_file(to, from, of);
    return;
  }
  to["LastUpdate"] = seconds_text(of.last_update);
  if (of.level == resource_level::series) {
    const auto expected = expected_instances(of.tags);
    to["ExpectedNumberOfInstances"] = expected ? json(*expected) : json();
  }
}

void add_origin(json& to, const read_transaction& from, const resource& of) {
  if (const auto origin = persistence::find_metadata(from, of, metadata_type::anonymized_from))
    to["AnonymizedFrom"] = origin->text;
  if (const auto origin = persistence::find_metadata(from, of, metadata_type::modified_from))
    to["ModifiedFrom"] = origin->text;
}

json metadata_json(const read_transaction& from, const resource& of, const item_names* names) {
  static const auto servers = item_names::of_metadata("{}");
  auto all = json::object();
  for (const auto& [type, value] : persistence::metadata_of(from, of))
    all[(names != nullptr ? *names : servers).name(static_cast<std::uint16_t>(type))] = value.text;
  return all;
}

json attachments_json(const read_transaction& from, const resource& of) {
  auto all = json::array();
  for (const auto& [type, blob] : persistence::attachments_of(from, of))
    all.push_back(attachment_json(type, blob));
  return all;
}

} // namespace

tag_style main_tag_style(const request_head& request) {
  const auto asked = [&](std::string_view name) { return request.parameter(name).has_value(); };
  if (asked("simplify"))
    return tag_style::by_keyword;
  return asked("short") ? tag_style::by_number : asked("full") ? tag_style::full : tag_style::by_keyword;
}

result<resource_view> view_asked(const exchange& with) {
  const auto& request = with.head();
  resource_view view{main_tag_style(request), whole_resource(), &with.server().metadata_names(), {}};
  if (const auto list = request.parameter("response-content")) {
    auto content = parse_response_content(*list);
    if (!content)
      return std::move(content).error();
    view.content = *content;
  }
  auto tags = requested_tags(request);
  if (!tags)
    return std::move(tags).error();
  view.requested_tags = *std::move(tags);
  return view;
}

bool wants_expansion(const request_head& request, bool by_default) {
  if (request.parameter("response-content"))
    return true;
  const auto value = request.parameter("expand");
  return value ? *value != "false" && *value != "0" : by_default;
}

json resource_json(const read_transaction& from, const resource& of, const resource_view& how) {
  const auto& wanted = how.content;
  json shown = {{"ID", of.id.text()}, {"Type", to_text(of.level)}};
  if (wanted.main_dicom_tags)
    add_tags(shown, of, how.style);
  if (wanted.parent)
    add_parent(shown, from, of);
  if (wanted.children && of.level != resource_level::instance)
    add_children(shown, from, of);
  if (wanted.is_stable && of.level != resource_level::instance)
    shown["IsStable"] = of.is_stable();
  if (wanted.is_protected && of.level == resource_level::patient)
    shown["IsProtected"] = of.is_protected();
  if (wanted.status && of.level == resource_level::series)
    shown["Status"] = status_text(persistence::status_of(from, of));
  if (wanted.facts) {
    add_facts(shown, from, of);
    add_origin(shown, from, of);
  }
  if (wanted.labels)
    shown["Labels"] = persistence::labels_of(from, of.key);
  if (wanted.metadata)
    shown["Metadata"] = metadata_json(from, of, how.metadata_names);
  if (wanted.attachments)
    shown["Attachments"] = attachments_json(from, of);
  return shown;
}

json attachment_json(attachment_type type, const persistence::stored_blob& blob) {
  return {{"Uuid", blob.uuid},
          {"ContentType", static_cast<std::uint16_t>(type)},
          {"UncompressedSize", blob.size_bytes},
          {"CompressedSize", blob.disk_bytes()},
          {"UncompressedMD5", blob.md5},
          {"CompressedMD5", blob.compressed ? blob.compressed->md5 : blob.md5}};
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
    return error{error_code::bad_parameter_type, "'since' and 'limit' must be numbers"};
  return page{*first, *most};
}

error no_resource() {
  return {error_code::unknown_resource, "There is no such resource"};
}

} // namespace troupe::http
