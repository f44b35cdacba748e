/// \file
/// Lanes: the destinations of jobs, each of which may be paused or limited.
#include "core/time_text.hpp"
#include "http/exchange.hpp"
#include "http/job_request.hpp"
#include "http/routes/families.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace troupe::http {

namespace {

using nlohmann::json;

constexpr std::size_t name_bytes_max = 128;

json lane_json(const lane_record& lane) {
  json shown{{"Name", lane.name},       {"Limit", lane.limit},     {"Paused", lane.paused},
             {"Waiting", lane.waiting}, {"Running", lane.running}, {"Reachable", lane.reachable}};
  if (!lane.reachable)
    shown["WhyUnreachable"] = lane.why_unreachable;
  if (lane.next_probe)
    shown["NextProbe"] = microseconds_text(*lane.next_probe);
  return shown;
}

void list_all_lanes(exchange& with) {
  with.server().list_lanes([with](const result<std::vector<lane_record>>& lanes) {
    if (!lanes) {
      with.respond_error(lanes.error());
      return;
    }
    json all = json::array();
    for (const auto& lane : *lanes)
      all.push_back(lane_json(lane));
    with.respond_json(all);
  });
}

void show_lane(exchange& with) {
  with.server().list_lanes([with](const result<std::vector<lane_record>>& lanes) {
    if (!lanes) {
      with.respond_error(lanes.error());
      return;
    }
    const auto found = std::ranges::find(*lanes, with.path_parameter("name"), &lane_record::name);
    if (found != lanes->end())
      with.respond_json(lane_json(*found));
    else
      with.respond_error({error_code::unknown_resource, "No job has that lane, and it is neither paused nor limited"});
  });
}

void change(const exchange& with, troupe::set_lane what) {
  what.name = with.path_parameter("name");
  if (what.name.size() > name_bytes_max) {
    with.respond_error({error_code::parameter_out_of_range, "The name of a lane has at most 128 bytes"});
    return;
  }
  with.server().set_lane(std::move(what), [with](const result<lane_record>& lane) {
    if (lane)
      with.respond_json(lane_json(*lane));
    else
      with.respond_error(lane.error());
  });
}

result<troupe::set_lane> read_setting(const json& body) {
  if (!body.is_object() || body.empty())
    return error{error_code::bad_file_format, "The body must be an object with Limit, Paused or both"};
  for (const auto& [name, unused] : body.items())
    if (name != "Limit" && name != "Paused")
      return error{error_code::bad_file_format, "There is no such field: " + name};
  const auto limit = integer_field(body, "Limit", 0, 0, std::numeric_limits<std::int32_t>::max());
  const auto paused = boolean_field(body, "Paused", false);
  if (!limit || !paused)
    return limit ? paused.error() : limit.error();
  troupe::set_lane what;
  if (body.contains("Limit"))
    what.limit = static_cast<std::uint32_t>(*limit);
  if (body.contains("Paused"))
    what.paused = *paused;
  return what;
}

void put_lane(exchange& with) {
  const auto body = parse_json(with.body().text());
  auto what = body ? read_setting(*body) : result<troupe::set_lane>(body.error());
  if (what)
    change(with, *std::move(what));
  else
    with.respond_error(what.error());
}

template <bool Paused>
void pause(exchange& with) {
  change(with, {.name = {}, .paused = Paused});
}

constexpr std::string_view setting_schema =
  R"({"type": "object", "minProperties": 1, "additionalProperties": false, "properties": {
  "Limit": {"type": "integer", "minimum": 0, "description": "Jobs of it that run at the same time; 0: no limit of its own"},
  "Paused": {"type": "boolean"}}})";

constexpr std::string_view lane_schema = R"({"type": "object", "properties": {
  "Name": {"type": "string"}, "Limit": {"type": "integer"}, "Paused": {"type": "boolean"}, "Waiting": {"type": "integer"},
  "Running": {"type": "integer"}, "Reachable": {"type": "boolean"}, "WhyUnreachable": {"type": "string"},
  "NextProbe": {"type": "string"}}})";

constexpr std::string_view lanes_schema = R"({"type": "array", "items": {"type": "object"}})";

} // namespace

std::span<const route> lane_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{get,  "/lanes",               view,    "The lanes (destinations) that have jobs or are paused or limited.", list_all_lanes, body_kind::none, {}, {}, lanes_schema},
    route{get,  "/lanes/{name}",        view,    "One lane.", show_lane, body_kind::none, {}, {}, lane_schema},
    route{put,  "/lanes/{name}",        operate, "Limits or pauses a lane.", put_lane, body_kind::json, {}, setting_schema, lane_schema},
    route{post, "/lanes/{name}/pause",  operate, "Lets no job of a lane start; those that run go on.", pause<true>, body_kind::json, {}, {}, lane_schema},
    route{post, "/lanes/{name}/resume", operate, "Lets the jobs of a lane start again.", pause<false>, body_kind::json, {}, {}, lane_schema},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
