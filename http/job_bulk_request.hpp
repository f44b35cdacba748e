/// \file
/// What `POST /jobs/actions` is asked for.
#pragma once

#include <troupe/job_messages.hpp>

#include <nlohmann/json_fwd.hpp>

namespace troupe::http {

/// Reads the body. `bad_file_format` or `parameter_out_of_range` for a member that is unknown or wrong, and for a
/// filter that restricts nothing without `All`: such a mistake would cost too much.
result<control_jobs> read_bulk_request(const nlohmann::json& body);

} // namespace troupe::http
