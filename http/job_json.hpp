/// \file
/// A job as the REST API shows it.
#pragma once

#include <troupe/job.hpp>

#include <nlohmann/json_fwd.hpp>

namespace troupe::http {

/// The object of `GET /jobs/{id}` at the time `now`.
nlohmann::json job_json(const job_record& job, time_point now);

} // namespace troupe::http
