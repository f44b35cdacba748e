#include "http/job_bulk_request.hpp"

#include "http/job_request.hpp"
#include "http/job_state_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace troupe::http {

namespace {

using nlohmann::json;

error wrong(std::string what) {
  return {error_code::bad_file_format, std::move(what)};
}

/// Of those that have no value.
template <class... Results>
std::optional<error> first_error(const Results&... of) {
  std::optional<error> first;
  ((first || of ? void() : void(first = of.error())), ...);
  return first;
}

result<void> check_members(const json& of, std::initializer_list<std::string_view> known) {
  for (const auto& [name, unused] : of.items())
    if (std::ranges::find(known, name) == known.end())
      return wrong("There is no such field: " + name);
  return {};
}

result<bulk_action> action_of(const json& body) {
  using enum bulk_action;
  constexpr auto names = std::to_array<std::pair<std::string_view, bulk_action>>({{"cancel", cancel},
                                                                                  {"pause", pause},
                                                                                  {"resume", resume},
                                                                                  {"resubmit", resubmit},
                                                                                  {"delete", remove},
                                                                                  {"prioritize", prioritize}});
  const auto asked = text_field(body, "Action", "");
  if (!asked)
    return asked.error();
  const auto* const found =
    std::ranges::find(names, std::string_view(*asked), &std::pair<std::string_view, bulk_action>::first);
  if (found == names.end())
    return error{error_code::parameter_out_of_range,
                 "Action must be one of cancel, pause, resume, resubmit, delete, prioritize"};
  return found->second;
}

result<std::optional<std::string>> optional_text(const json& from, const char* name) {
  auto text = text_field(from, name, "");
  if (!text)
    return text.error();
  return from.contains(name) ? std::optional(*std::move(text)) : std::nullopt;
}

result<std::vector<job_id>> ids_of(const json& filter) {
  std::vector<job_id> ids;
  const auto found = filter.find("IDs");
  if (found == filter.end())
    return ids;
  if (!found->is_array() || found->empty()
      || !std::ranges::all_of(*found, [](const json& id) { return id.is_string(); }))
    return wrong("The field IDs must be a list of names of jobs");
  for (const auto& id : *found)
    ids.push_back({id.get<std::string>()});
  return ids;
}

result<job_selection> selection_of(const json& filter) {
  if (!filter.is_object())
    return wrong("The field Filter must be an object");
  if (const auto known = check_members(filter, {"State", "Type", "Lane", "Since", "Until", "IDs"}); known.has_error())
    return known.error();
  job_selection which;
  if (const auto name = optional_text(filter, "State"); !name) {
    return name.error();
  } else if (*name) {
    const auto state = job_state_named(**name);
    if (!state)
      return state.error();
    which.state = *state;
  }
  auto type = optional_text(filter, "Type");
  auto lane = optional_text(filter, "Lane");
  const auto since = time_field(filter, "Since");
  const auto until = time_field(filter, "Until");
  auto ids = ids_of(filter);
  if (const auto why = first_error(type, lane, since, until, ids))
    return *why;
  which.type = *std::move(type);
  which.lane = *std::move(lane);
  which.created_from = *since;
  which.created_before = *until;
  which.ids = *std::move(ids);
  return which;
}

result<std::int32_t> priority_of(const json& body, bulk_action action) {
  if (body.contains("Priority") != (action == bulk_action::prioritize))
    return wrong("The field Priority belongs to the action prioritize");
  using limits = std::numeric_limits<std::int32_t>;
  return integer_field(body, "Priority", 0, limits::min(), limits::max());
}

} // namespace

result<control_jobs> read_bulk_request(const json& body) {
  if (!body.is_object())
    return wrong("The body must be a JSON object");
  if (const auto known = check_members(body, {"Action", "Priority", "Filter", "All", "DryRun"}); known.has_error())
    return known.error();
  const auto action = action_of(body);
  if (!action)
    return action.error();
  const auto priority = priority_of(body, *action);
  if (!priority)
    return priority.error();
  const json filter = body.value("Filter", json::object());
  auto which = selection_of(filter);
  if (!which)
    return which.error();
  const auto all = boolean_field(body, "All", false);
  const auto dry_run = boolean_field(body, "DryRun", false);
  if (!all || !dry_run)
    return all ? dry_run.error() : all.error();
  if (filter.empty() && !*all)
    return wrong("A filter that restricts nothing needs \"All\": true");
  return control_jobs{*std::move(which), *action, *priority, *dry_run};
}

} // namespace troupe::http
