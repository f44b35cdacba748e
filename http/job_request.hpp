/// \file
/// The fields that every request that makes a job understands.
#pragma once

#include <troupe/error.hpp>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>

namespace troupe::http {

/// `Synchronous`, `Asynchronous`, `Priority`, `Permissive`, `UserData`.
struct job_request {
  bool synchronous = true;
  std::int32_t priority = 0; ///< higher runs first
  bool permissive = false;
  std::string user_data; ///< JSON text, empty if none
};

/// Reads them from a body that must be a JSON object. `bad_file_format` with the field's name for a wrong type.
result<job_request> read_job_request(const nlohmann::json& body);

/// A field of a body: the fallback if it is absent, `bad_file_format` with its name for a wrong type.
result<bool> boolean_field(const nlohmann::json& body, const char* name, bool fallback);
result<std::string> text_field(const nlohmann::json& body, const char* name, std::string fallback);

} // namespace troupe::http
