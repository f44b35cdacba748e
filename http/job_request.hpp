/// \file
/// The fields that every request that makes a job understands.
#pragma once

#include <troupe/error.hpp>
#include <troupe/job_type.hpp>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::http {

/// `Synchronous`, `Asynchronous`, `Priority`, `Permissive`, `UserData`, `MaxRetries`, `RetryDelay`, `RetryDelayMax`,
/// `NotBefore`.
struct job_request {
  bool synchronous = true;
  std::int32_t priority = 0; ///< higher runs first
  bool permissive = false;
  std::string user_data; ///< JSON text, empty if none
  std::optional<retry_policy> retries = {};
  std::optional<time_point> not_before = {};
};

/// Reads them from a body that must be a JSON object. `bad_file_format` with the field's name for a wrong type,
/// `parameter_out_of_range` for a wrong value.
result<job_request> read_job_request(const nlohmann::json& body);

/// The body without them: what is left is for the type of job.
nlohmann::json without_job_fields(nlohmann::json body);

/// A field of a body: the fallback if it is absent, `bad_file_format` with its name for a wrong type.
result<bool> boolean_field(const nlohmann::json& body, const char* name, bool fallback);
result<std::string> text_field(const nlohmann::json& body, const char* name, std::string fallback);
/// A 32-bit integer between two limits, too; `parameter_out_of_range` beyond them.
result<std::int32_t> integer_field(const nlohmann::json& body, const char* name, std::int32_t fallback,
                                   std::int32_t least, std::int32_t most);
/// A moment (`parse_time`); nothing if it is absent.
result<std::optional<time_point>> time_field(const nlohmann::json& body, const char* name);

/// The schema of the common fields: `#/components/schemas/job_request` of /openapi.json. Schemas of routes refer to it.
std::string_view job_request_schema();

} // namespace troupe::http
