/// \file
/// What may be done to one job: the actions, another priority; and why it does not run.
#include "core/json_text.hpp"
#include "core/time_text.hpp"
#include "http/job_lookup.hpp"
#include "http/job_submission.hpp"
#include "http/routes/families.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <limits>
#include <utility>

namespace troupe::http {

namespace {

using nlohmann::json;

std::function<void(result<job_record>)> respond_done(const exchange& with) {
  return [with](const result<job_record>& answer) {
    if (answer)
      with.respond_done();
    else
      with.respond_error(answer.error());
  };
}

template <job_action Action>
void control(exchange& with) {
  with.server().control(job_id{with.path_parameter("id")}, Action, respond_done(with));
}

/// The body, if it asks for a job of the failed items; every other one is ignored, as in Orthanc.
std::optional<json> failed_only(const exchange& with) {
  auto body = parse_json(with.body().text());
  if (!body || !body->is_object())
    return std::nullopt;
  const auto asked = body->find("FailedOnly");
  if (asked == body->end() || !asked->is_boolean() || !asked->get<bool>())
    return std::nullopt;
  return *std::move(body);
}

void resubmit(exchange& with) {
  const auto body = failed_only(with);
  if (!body) {
    control<job_action::resubmit>(with);
    return;
  }
  auto fields = read_job_request(*body);
  if (!fields) {
    with.respond_error(fields.error());
    return;
  }
  const auto row = find_row(with, with.server().database().read());
  if (!row) {
    with.respond_error(no_job(error_code::bad_request));
    return;
  }
  fields->synchronous = false;
  respond_with_job(with, {.type = row->type, .failed_items_of = row->id}, *fields);
}

void prioritize(exchange& with) {
  const auto body = parse_json_text(with.body().text());
  if (!body) {
    with.respond_error(body.error());
    return;
  }
  using limits = std::numeric_limits<std::int32_t>;
  const auto priority = integer_field(json{{"Priority", *body}}, "Priority", 0, limits::min(), limits::max());
  if (!priority) {
    with.respond_error({error_code::bad_file_format, "The body must be an integer of 32 bits"});
    return;
  }
  if (!find_row(with, with.server().database().read())) {
    with.respond_error(no_job(error_code::bad_request));
    return;
  }
  with.server().prioritize({job_id{with.path_parameter("id")}, *priority}, respond_done(with));
}

std::string_view to_text(hold what) {
  switch (what) {
  case hold::nothing:
    return "Nothing";
  case hold::slots:
    return "Slots";
  case hold::lane_limit:
    return "LaneLimit";
  case hold::lane_paused:
    return "LanePaused";
  case hold::unreachable:
    return "Unreachable";
  case hold::silent:
    return "SilentDestination";
  case hold::paused:
    return "Paused";
  case hold::retry:
    return "Retry";
  case hold::not_before:
    return "NotBefore";
  case hold::being_written:
    return "BeingWritten";
  }
  return "";
}

json explanation_json(const job_explanation& why) {
  json shown{{"ID", why.job.id.text},
             {"State", troupe::to_text(why.job.state)},
             {"HeldBy", to_text(why.held_by)},
             {"Text", why.text},
             {"Ahead", why.ahead},
             {"AheadIsFloor", why.ahead_is_floor},
             {"Running", json::array()}};
  if (why.expected_start)
    shown["ExpectedStart"] = microseconds_text(*why.expected_start);
  for (const auto& each : why.running)
    shown["Running"].push_back(each.text);
  return shown;
}

void explain(exchange& with) {
  if (!find_row(with, with.server().database().read())) {
    with.respond_error(no_job());
    return;
  }
  with.server().explain({job_id{with.path_parameter("id")}}, [with](const result<job_explanation>& answer) {
    if (answer)
      with.respond_json(explanation_json(*answer));
    else
      with.respond_error(answer.error());
  });
}

constexpr std::string_view resubmit_schema = R"({"allOf": [{"$ref": "#/components/schemas/job_request"},
  {"type": "object", "properties": {"FailedOnly": {"type": "boolean", "default": false,
    "description": "Make a new job of the items that failed, whatever the job's end; answered with its name"}}}]})";

constexpr std::string_view priority_schema = R"({"type": "integer", "minimum": -2147483648, "maximum": 2147483647})";

constexpr std::string_view explanation_schema = R"({"type": "object", "properties": {
  "ID": {"type": "string"}, "State": {"type": "string"}, "Text": {"type": "string"},
  "HeldBy": {"enum": ["Nothing", "Slots", "LaneLimit", "LanePaused", "Unreachable", "Paused", "Retry", "NotBefore", "BeingWritten"]},
  "Ahead": {"type": "integer"}, "AheadIsFloor": {"type": "boolean"}, "ExpectedStart": {"type": "string"},
  "Running": {"type": "array", "items": {"type": "string"}}}})";

} // namespace

std::span<const route> job_control_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{post, "/jobs/{id}/cancel",    operate, "Cancels a job: it ends in Failure.", control<job_action::cancel>, body_kind::json},
    route{post, "/jobs/{id}/pause",     operate, "Pauses a job at the end of its current step.", control<job_action::pause>, body_kind::json},
    route{post, "/jobs/{id}/resume",    operate, "Lets a paused job go on.", control<job_action::resume>, body_kind::json},
    route{post, "/jobs/{id}/resubmit",  operate, "Runs a failed job again, or a new job of the items that failed.", resubmit, body_kind::json, {}, resubmit_schema},
    route{put,  "/jobs/{id}/priority",  operate, "Gives a job that has not finished another priority: a number.", prioritize, body_kind::json, {}, priority_schema},
    route{get,  "/jobs/{id}/explain",   view,    "Why a job does not run, and when it will.", explain, body_kind::none, {}, {}, explanation_schema},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
