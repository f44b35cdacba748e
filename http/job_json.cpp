#include "http/job_json.hpp"

#include "core/time_text.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace troupe::http {

namespace {

using nlohmann::json;

/// Texts that this server wrote itself; one that cannot be read is shown as what it is.
json stored_json(const std::string& text) {
  auto value = json::parse(text, nullptr, false);
  return value.is_discarded() ? json(text) : value;
}

json attempt_json(const job_attempt_record& attempt) {
  return {{"Number", attempt.number},
          {"Started", microseconds_text(attempt.started)},
          {"Ended", microseconds_text(attempt.ended)},
          {"StepsDone", attempt.steps_done},
          {"ErrorCode", static_cast<int>(attempt.code)},
          {"ErrorDescription", describe(attempt.code).text},
          {"ErrorDetails", attempt.details}};
}

// What Orthanc does not know is shown only where it says something.
void add_ours(const job_record& job, json& to) {
  if (!job.lane.empty() && job.lane != job.type)
    to["Lane"] = job.lane;
  if (job.max_retries != 0 || job.retries != 0) {
    to["MaxRetries"] = job.max_retries;
    to["Retries"] = job.retries;
  }
  if (job.not_before && !is_final(job.state))
    to[job.state == job_state::retry ? "NextAttempt" : "NotBefore"] = microseconds_text(*job.not_before);
  if (job.failed_items != 0)
    to["FailedItemsCount"] = job.failed_items;
  for (const auto& attempt : job.earlier_attempts)
    to["Attempts"].push_back(attempt_json(attempt));
}

} // namespace

json content_json(const job_record& job) {
  auto content = stored_json(job.content);
  if (content.is_object() && content.contains("FailedInstancesCount"))
    content["FailedInstancesCount"] = job.failed_items;
  return content;
}

json job_json(const job_record& job, time_point now) {
  json shown{{"ID", job.id.text},
             {"Type", job.type},
             {"State", to_text(job.state)},
             {"Priority", job.priority},
             {"Progress", static_cast<int>(std::lround(job.progress * 100))},
             {"CreationTime", microseconds_text(job.created)},
             {"Timestamp", microseconds_text(now)},
             {"EffectiveRuntime",
              std::chrono::duration<double>(std::chrono::floor<std::chrono::milliseconds>(job.runtime)).count()},
             {"ErrorCode", static_cast<int>(job.code)},
             {"ErrorDescription", describe(job.code).text},
             {"ErrorDetails", job.error_details},
             {"Content", content_json(job)}};
  if (job.completed)
    shown["CompletionTime"] = microseconds_text(*job.completed);
  if (!job.user_data.empty())
    shown["UserData"] = stored_json(job.user_data);
  if (job.state == job_state::running && job.progress > 0.01 && job.runtime.count() > 0) {
    const auto left = static_cast<double>(job.runtime.count()) * (1 - job.progress) / job.progress;
    shown["EstimatedTimeOfArrival"] = microseconds_text(now + microseconds{static_cast<std::int64_t>(left)});
  }
  add_ours(job, shown);
  return shown;
}

std::string job_etag(const job_record& job) {
  return std::to_string(job.changed.time_since_epoch().count()) + '-' + std::string(to_text(job.state)) + '-'
         + std::to_string(job.attempts) + '-' + std::to_string(job.steps_done) + '-' + std::to_string(job.failed_items)
         + '-' + std::to_string(job.priority);
}

} // namespace troupe::http
