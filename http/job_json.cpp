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

} // namespace

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
             {"Content", stored_json(job.content)}};
  if (job.completed)
    shown["CompletionTime"] = microseconds_text(*job.completed);
  if (!job.user_data.empty())
    shown["UserData"] = stored_json(job.user_data);
  if (job.state == job_state::running && job.progress > 0.01 && job.runtime.count() > 0) {
    const auto left = static_cast<double>(job.runtime.count()) * (1 - job.progress) / job.progress;
    shown["EstimatedTimeOfArrival"] = microseconds_text(now + microseconds{static_cast<std::int64_t>(left)});
  }
  return shown;
}

} // namespace troupe::http
