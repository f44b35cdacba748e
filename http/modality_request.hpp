/// \file
/// What a request to send instances to a modality says.
#pragma once

#include <troupe/error.hpp>

#include "http/job_request.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace troupe::http {

/// A checked request.
struct store_request {
  job_request fields;
  std::string arguments; ///< of the job type `DicomModalityStore`
};

/// Reads it: one identifier as a text or a JSON text, an array of them, or an object with `Resources`. Errors:
/// `bad_file_format` with the field, `bad_application_entity_title`, `not_implemented`.
result<store_request> read_store_request(const std::string& modality, std::string_view body);

/// The seconds of the field `Timeout`, 0 if it is absent.
result<std::uint32_t> timeout_field(const nlohmann::json& body);

} // namespace troupe::http
