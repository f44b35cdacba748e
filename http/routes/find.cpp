#include "core/json_text.hpp"
#include "find/search.hpp"
#include "http/exchange.hpp"
#include "http/find_request.hpp"
#include "http/json_list_text.hpp"
#include "http/requested_tags.hpp"
#include "http/routes/families.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace troupe::http {
namespace {

using nlohmann::json;
using persistence::read_transaction;
using persistence::resource_key;

std::string ids_text(const read_transaction& from, resource_level level, const std::vector<resource_key>& found) {
  json_list_text ids;
  for (const auto key : found)
    if (const auto id = persistence::find_id(from, level, key))
      ids.add(id->text());
  return std::move(ids).take();
}

std::string resources_text(const exchange& with, const read_transaction& from, const find_request& asked,
                           const std::vector<resource_key>& found) {
  resource_shower shown(with.server().database(), from, asked.how);
  json_list_text all;
  for (const auto key : found)
    if (const auto each = persistence::find_resource(from, key))
      all.add(shown(*each));
  return std::move(all).take();
}

/// Reads the question on a cpu thread, where it may take its time, and answers with what `show` makes of the findings:
/// of a page of them, or, without pages, of all.
template <bool Pages, class Show>
void answer_search(exchange& with, Show show) {
  with.on_cpu([show](const exchange& later) {
    auto asked = read_find_request(later.body().text(), false, later.server().metadata_names());
    if (!asked) {
      later.respond_error(asked.error());
      return;
    }
    if constexpr (!Pages)
      asked->what.since = asked->what.limit = 0;
    const auto from = later.server().database().read();
    auto text = show(later, from, *asked, find::search(later.server().database(), from, asked->what));
    later.respond({200, "application/json; charset=utf-8", {}, std::move(text)});
  });
}

void find_resources(exchange& with) {
  answer_search<true>(with, [](const exchange& later, const read_transaction& from, const find_request& asked,
                               const std::vector<resource_key>& found) {
    return asked.expand ? resources_text(later, from, asked, found) : ids_text(from, asked.what.level, found);
  });
}

void count_resources(exchange& with) {
  answer_search<false>(
    with, [](const exchange&, const read_transaction&, const find_request&, const std::vector<resource_key>& found) {
      return pretty({{"Count", found.size()}});
    });
}

/// A part of the file's text is no name of anything: blanks and line ends around it are not meant.
std::string_view identifier(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

reply look_up(const exchange& with) {
  using enum resource_level;
  constexpr std::array<std::pair<resource_level, dicom_tag>, 4> names{
    {{patient, 0x00100020}, {study, 0x0020000d}, {series, 0x0020000e}, {instance, 0x00080018}}};
  json links = json::array();
  const auto pattern = value_pattern::parse(identifier(with.body().text()), {.wildcards = false});
  if (!pattern || pattern->universal())
    return json_reply(links);
  const auto from = with.server().database().read();
  for (const auto& [level, tag] : names) {
    find::query what{.level = level};
    what.constraints.push_back({tag, *pattern, {}});
    for (const auto key : find::search(with.server().database(), from, what))
      if (const auto id = persistence::find_id(from, level, key))
        links.push_back(resource_link(level, *id));
  }
  return json_reply(links);
}

void lookup(exchange& with) {
  with.respond_from_cpu(look_up);
}

constexpr std::string_view find_schema =
  R"({"type": "object", "required": ["Level", "Query"], "properties": {
  "Level": {"enum": ["Patient", "Study", "Series", "Instance"]},
  "Query": {"type": "object", "description": "Values by tag: exact, with `*` and `?`, lists `a\\b`, ranges `20200101-20200131`; see docs/find.md"},
  "Expand": {"type": "boolean"}, "Short": {"type": "boolean"}, "Full": {"type": "boolean"}, "Simplify": {"type": "boolean"},
  "CaseSensitive": {"type": "boolean"}, "Since": {"type": "integer"}, "Limit": {"type": "integer", "description": "0: none"},
  "ResponseContent": {"type": "array", "items": {"type": "string"}, "description": "Parts that are shown of each resource"},
  "RequestedTags": {"type": "array", "items": {"type": "string"}},
  "Labels": {"type": "array", "items": {"type": "string"}}, "LabelsConstraint": {"enum": ["All", "Any", "None"]},
  "OrderBy": {"type": "array", "items": {"type": "object", "properties": {"Type": {"enum": ["DicomTag", "Metadata"]},
    "Key": {"type": "string"}, "Direction": {"enum": ["ASC", "DESC"]}}}},
  "ParentPatient": {"type": "string"}, "ParentStudy": {"type": "string"}, "ParentSeries": {"type": "string"},
  "MetadataQuery": {"type": "object"}}})";
constexpr std::string_view found_schema = R"({"type": "array", "items": {"type": ["string", "object"]}})";
constexpr std::string_view count_schema =
  R"({"type": "object", "required": ["Count"], "properties": {"Count": {"type": "integer"}}})";

} // namespace

std::span<const route> find_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{post, "/tools/find",            view, "Resources that match a question.", find_resources, body_kind::json, {}, find_schema, found_schema},
    route{post, "/tools/count-resources", view, "How many resources match a question.", count_resources, body_kind::json, {}, find_schema, count_schema},
    route{post, "/tools/lookup",          view, "Resources by a PatientID, or a UID of a study, series or instance.", lookup, body_kind::json, {}, {}, found_schema},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
