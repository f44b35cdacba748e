#include "core/metrics_text.hpp"
#include "http/boolean_body.hpp"
#include "http/job_submission.hpp"
#include "http/routes/families.hpp"
#include "persistence/index_store.hpp"
#include "persistence/job_store.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <chrono>

namespace troupe::http {
namespace {

// `orthanc_up_time_s` counts from here: the start of the process.
const auto process_start = std::chrono::steady_clock::now();

void show_collecting(exchange& with) {
  with.respond_text(with.server().metrics().collecting() ? "1" : "0");
}

void set_collecting(exchange& with) {
  const auto on = boolean_body(with.body().text());
  if (!on) {
    with.respond_error(on.error());
    return;
  }
  with.server().metrics().collect(*on);
  with.respond_text("");
}

void set_gauges(troupe::metrics& metrics, const persistence::read_transaction& from) {
  const auto totals = persistence::statistics(from);
  const auto jobs = persistence::history(from);
  constexpr double mib = 1024 * 1024;
  metrics.count_patients.set(static_cast<double>(totals.count[0]));
  metrics.count_studies.set(static_cast<double>(totals.count[1]));
  metrics.count_series.set(static_cast<double>(totals.count[2]));
  metrics.count_instances.set(static_cast<double>(totals.count[3]));
  metrics.disk_size_mb.set(static_cast<double>(totals.disk_bytes) / mib);
  metrics.uncompressed_size_mb.set(static_cast<double>(totals.uncompressed_bytes) / mib);
  metrics.jobs_completed.set(static_cast<double>(jobs.success + jobs.failure));
  metrics.jobs_success.set(static_cast<double>(jobs.success));
  metrics.jobs_failed.set(static_cast<double>(jobs.failure));
  const std::chrono::duration<double> up = std::chrono::steady_clock::now() - process_start;
  metrics.up_time_s.set(static_cast<double>(std::chrono::floor<std::chrono::seconds>(up).count()));
}

void show_metrics(exchange& with) {
  set_gauges(with.server().metrics(), with.server().database().read());
  with.respond({200, "text/plain; version=0.0.4", {}, metrics_text(with.server().metrics())});
}

// What is not offered answers like a path that is not there.
void run_diagnostic_job(exchange& with) {
  if (!with.server().options().diagnostic_jobs()) {
    with.respond_error(error_code::unknown_resource);
    return;
  }
  const auto body = parse_json(with.body().text());
  const auto fields = body ? read_job_request(*body) : result<job_request>(body.error());
  if (fields)
    respond_with_job(with, {.type = "Diagnostic", .arguments = without_job_fields(*body).dump()}, *fields);
  else
    with.respond_error(fields.error());
}

constexpr std::string_view diagnostic_schema = R"({"allOf": [{"$ref": "#/components/schemas/job_request"},
  {"type": "object", "properties": {"Steps": {"type": "integer"}, "SleepMs": {"type": "integer", "description": "Of each step"},
    "FailAt": {"type": "integer"}, "TransientFailures": {"type": "integer", "description": "First attempts that fail at FailAt in a way that may pass"},
    "CrashAt": {"type": "integer"}, "FailItems": {"type": "array", "items": {"type": "integer"}, "description": "Steps that fail as items"},
    "Lane": {"type": "string"}, "Unreachable": {"type": "boolean"}}}]})";

} // namespace

std::span<const route> tool_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{get, "/tools/metrics",            view,  "`1` while metrics are collected, else `0`.", show_collecting},
    route{put, "/tools/metrics",            admin, "Starts (`1`) or stops (`0`) collecting metrics.", set_collecting},
    route{get, "/tools/metrics-prometheus", view,  "The metrics in the text format of Prometheus.", show_metrics},
    route{post, "/tools/diagnostic-job",    admin, "Runs a job that sleeps, fails or ends the server, for tests. Only with `DiagnosticJobs`.", run_diagnostic_job, body_kind::json, {}, diagnostic_schema},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
