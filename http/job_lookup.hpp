/// \file
/// The job that a request is about.
#pragma once

#include "http/exchange.hpp"
#include "persistence/job_store.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>

namespace troupe::http {

/// The row of the job named by `{id}` in the path; nothing if there is none, or it is set aside for this run.
std::optional<persistence::job_row> find_row(const exchange& with, const persistence::read_transaction& from);

/// That job as it is now, with its row still in the tables.
job_record seen(const exchange& with, const persistence::read_transaction& from, const persistence::job_row& row);
/// As the REST API shows it.
nlohmann::json shown(const exchange& with, const persistence::read_transaction& from, const persistence::job_row& row);

/// 404 for a job that is read, 400 for one that is acted upon: as in Orthanc.
error no_job(error_code code = error_code::unknown_resource);

} // namespace troupe::http
