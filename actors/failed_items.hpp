/// \file
/// The plan of a job that does again what an earlier one has not done.
#pragma once

#include "actors/parts.hpp"

namespace troupe {

/// The items of a finished job that failed, and those that it did not come to. Runs on a cpu thread. Throws `failure`:
/// `bad_request` if there are none.
job_plan plan_of_failed_items(const engine_parts& parts, const job_type& type, const job_id& finished);

} // namespace troupe
