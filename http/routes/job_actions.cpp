/// \file
/// The same done to many jobs.
#include "http/exchange.hpp"
#include "http/job_bulk_request.hpp"
#include "http/routes/families.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace troupe::http {

namespace {

using nlohmann::json;

json outcome_json(const bulk_outcome& done) {
  json shown{
    {"Matched", done.matched}, {"Changed", done.changed}, {"Refused", done.refused}, {"Sample", json::array()}};
  for (const auto& id : done.sample)
    shown["Sample"].push_back(id.text);
  return shown;
}

void act_on_many(exchange& with) {
  const auto body = parse_json(with.body().text());
  auto what = body ? read_bulk_request(*body) : result<control_jobs>(body.error());
  if (!what) {
    with.respond_error(what.error());
    return;
  }
  with.server().control_all(*std::move(what), [with](const result<bulk_outcome>& done) {
    if (done)
      with.respond_json(outcome_json(*done));
    else
      with.respond_error(done.error());
  });
}

constexpr std::string_view request_schema =
  R"({"type": "object", "required": ["Action"], "additionalProperties": false, "properties": {
  "Action": {"enum": ["cancel", "pause", "resume", "resubmit", "delete", "prioritize"]},
  "Priority": {"type": "integer", "description": "Of prioritize"},
  "Filter": {"type": "object", "additionalProperties": false, "description": "What all of them must fulfil", "properties": {
    "State": {"enum": ["Pending", "Running", "Success", "Failure", "Paused", "Retry"]}, "Type": {"type": "string"},
    "Lane": {"type": "string"}, "Since": {"type": "string", "description": "Created at that time or later"},
    "Until": {"type": "string", "description": "Created before that time"},
    "IDs": {"type": "array", "minItems": 1, "items": {"type": "string"}}}},
  "All": {"type": "boolean", "default": false, "description": "Must be true where the filter restricts nothing"},
  "DryRun": {"type": "boolean", "default": false, "description": "Only say which"}}})";

constexpr std::string_view reply_schema = R"({"type": "object", "properties": {
  "Matched": {"type": "integer"}, "Changed": {"type": "integer"}, "Refused": {"type": "integer"},
  "Sample": {"type": "array", "maxItems": 100, "items": {"type": "string"}}}})";

} // namespace

std::span<const route> job_action_routes() {
  // clang-format off
  static constexpr std::array rows{
    route{verb::post, "/jobs/actions", permission::operate, "Does the same to all jobs that fulfil a filter; answered when it is on disk.", act_on_many, body_kind::json, {}, request_schema, reply_schema},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
