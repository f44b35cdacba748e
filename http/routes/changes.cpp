#include "core/time_text.hpp"
#include "http/exchange.hpp"
#include "http/resource_json.hpp"
#include "http/routes/families.hpp"
#include "persistence/change_store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace troupe::http {
namespace {

using nlohmann::json;
using persistence::change_query;
using persistence::numbered_change;
using persistence::numbered_export;

constexpr std::uint64_t default_limit = 100;
/// Longer pages are cut: `Done` says that there is more.
constexpr std::uint64_t longest_page = 20'000;

/// What is negative counts as 0.
std::optional<std::uint64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end)
    return {};
  return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
}

/// `since`, `to` and `limit`. As with Orthanc, one that is no number makes all of them absent.
change_query part_asked(const request_head& request) {
  change_query which{.limit = default_limit};
  const auto read = [&](std::string_view name, auto set) {
    const auto text = request.parameter(name);
    const auto value = text ? number(*text) : std::nullopt;
    if (value)
      set(*value);
    return !text || value;
  };
  const bool readable = read("since", [&](std::uint64_t value) { which.since = value; })
                        && read("to", [&](std::uint64_t value) { which.until = value; })
                        && read("limit", [&](std::uint64_t value) { which.limit = std::min(value, longest_page); });
  if (!readable)
    return {.limit = default_limit};
  which.newest = which.until && !request.parameter("since");
  return which;
}

/// `type=NewStudy;StableStudy`
result<std::vector<change_kind>> kinds_asked(const request_head& request) {
  std::vector<change_kind> kinds;
  auto list = request.parameter("type").value_or("");
  while (!list.empty()) {
    const auto name = list.substr(0, list.find(';'));
    const auto kind = parse_change_kind(name);
    if (!kind)
      return error{error_code::parameter_out_of_range, "There is no such type of change: " + std::string(name)};
    if (std::ranges::find(kinds, *kind) == kinds.end())
      kinds.push_back(*kind);
    list.remove_prefix(std::min(name.size() + 1, list.size()));
  }
  return kinds;
}

/// Whom a change or an export is of.
json subject_json(resource_level level, const orthanc_id& id) {
  auto subject = resource_link(level, id);
  subject["ResourceType"] = to_text(level);
  subject.erase("Type");
  return subject;
}

json change_json(const numbered_change& change) {
  auto shown = subject_json(change.what.level, change.what.id);
  shown["ChangeType"] = to_text(change.what.kind);
  shown["Date"] = seconds_text(change.what.time);
  shown["Seq"] = change.number;
  return shown;
}

json changes_json(const persistence::log_page<numbered_change>& page, std::uint64_t end_of_log) {
  json all = json::array();
  for (const auto& each : page.entries)
    all.push_back(change_json(each));
  return {{"Changes", std::move(all)},
          {"Done", page.done},
          {"First", page.entries.empty() ? end_of_log : page.entries.front().number},
          {"Last", page.entries.empty() ? end_of_log : page.entries.back().number}};
}

json newest_change(const exchange& with) {
  const auto from = with.server().database().read();
  auto page = persistence::find_changes(from, {.limit = 1, .newest = true});
  page.done = true; // nothing lies behind it
  return changes_json(page, persistence::last_change(from));
}

void show_changes(exchange& with) {
  if (with.head().parameter("last")) {
    with.respond_json(newest_change(with));
    return;
  }
  auto which = part_asked(with.head());
  auto kinds = kinds_asked(with.head());
  if (!kinds) {
    with.respond_error(kinds.error());
    return;
  }
  which.kinds = *std::move(kinds);
  with.respond_from_cpu([which = std::move(which)](const exchange& later) {
    const auto from = later.server().database().read();
    return json_reply(changes_json(persistence::find_changes(from, which), persistence::last_change(from)));
  });
}

json export_json(const numbered_export& one) {
  constexpr std::array names{"PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"};
  auto shown = subject_json(one.what.level, one.what.id);
  shown["Date"] = seconds_text(one.what.time);
  shown["RemoteModality"] = one.what.modality;
  shown["Seq"] = one.number;
  for (std::size_t level = 0; level <= static_cast<std::size_t>(one.what.level); ++level)
    shown[names.at(level)] = one.what.identifiers.at(level);
  return shown;
}

json exports_json(const std::vector<numbered_export>& some, bool done, std::uint64_t since) {
  json all = json::array();
  for (const auto& each : some)
    all.push_back(export_json(each));
  return {{"Done", done}, {"Exports", std::move(all)}, {"Last", some.empty() ? since : some.back().number}};
}

void show_exports(exchange& with) {
  if (with.head().parameter("last")) {
    const auto newest = persistence::newest_export(with.server().database().read());
    with.respond_json(exports_json(newest ? std::vector{*newest} : std::vector<numbered_export>{}, true, 0));
    return;
  }
  with.respond_from_cpu([which = part_asked(with.head())](const exchange& later) {
    const auto page = persistence::find_exports(later.server().database().read(), which.since, which.limit);
    return json_reply(exports_json(page.entries, page.done, which.since));
  });
}

template <class Change>
void clear(exchange& with) {
  const auto change = std::make_shared<batch>();
  change->mutations.emplace_back(Change{});
  with.server().commit(change, [with](const persistence::commit_answer& answer) {
    if (answer)
      with.respond_text("");
    else
      with.respond_error(answer.error());
  });
}

constexpr parameter_doc since_doc{"since", "Only those with a higher number"};
constexpr parameter_doc limit_doc{"limit", "At most that many, and never more than 20000; 100 without it"};
constexpr parameter_doc last_doc{"last", "Only the newest one; on its own"};
constexpr std::array change_parameters{
  since_doc, limit_doc, last_doc, parameter_doc{"to", "Only up to that number; without `since` the last ones of them"},
  parameter_doc{"type", "Only these types of change, joined by semicolons: `NewStudy;StableStudy`"}};
constexpr std::array export_parameters{since_doc, limit_doc, last_doc};

constexpr std::string_view changes_schema =
  R"({"type": "object", "required": ["Changes", "Done", "First", "Last"], "properties": {
  "Changes": {"type": "array", "items": {"type": "object", "required": ["Seq", "ChangeType", "ResourceType", "ID", "Path", "Date"]}},
  "Done": {"type": "boolean", "description": "Nothing more lies beyond"},
  "First": {"type": "integer"}, "Last": {"type": "integer"}}})";
constexpr std::string_view exports_schema =
  R"({"type": "object", "required": ["Exports", "Done", "Last"], "properties": {
  "Exports": {"type": "array", "items": {"type": "object", "required": ["Seq", "ResourceType", "ID", "Path", "Date", "RemoteModality"]}},
  "Done": {"type": "boolean"}, "Last": {"type": "integer"}}})";

} // namespace

std::span<const route> change_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{get, "/changes", view,    "What happened to resources, oldest first.", from_index<show_changes>, body_kind::none, change_parameters, {}, changes_schema},
    route{del, "/changes", operate, "Forgets what happened to resources.", clear<persistence::clear_changes>},
    route{get, "/exports", view,    "The resources that were sent, with `LogExportedResources`, oldest first.", from_index<show_exports>, body_kind::none, export_parameters, {}, exports_schema},
    route{del, "/exports", operate, "Forgets what was sent.", clear<persistence::clear_exports>},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
