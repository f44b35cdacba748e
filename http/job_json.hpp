/// \file
/// A job as the REST API shows it.
#pragma once

#include <troupe/job.hpp>

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace troupe::http {

/// The object of `GET /jobs/{id}` at the time `now`.
nlohmann::json job_json(const job_record& job, time_point now);

/// Entity tag (without quotes) that changes with every transition and step, not with the time.
std::string job_etag(const job_record& job);

/// Its `Content`, with every failed item counted, whatever attempt it failed in.
nlohmann::json content_json(const job_record& job);

} // namespace troupe::http
