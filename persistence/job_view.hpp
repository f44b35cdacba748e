/// \file
/// A job as clients see it, put together from what is on disk and what is live.
#pragma once

#include "core/live_jobs.hpp"
#include "persistence/job_store.hpp"

#include <optional>

namespace troupe::persistence {

/// The record of a row that was read `from` the tables at the time `now`; `live` is its entry on the board, if any.
job_record view_job(const read_transaction& from, const job_row& row, const std::optional<live_job>& live,
                    time_point now);

/// The record of a job that has just changed to `row`, with what its attempt left, before or after it is on disk.
job_record view_changed_job(const job_row& row, const job_spec& head, const job_result& result);

} // namespace troupe::persistence
