/// \file
/// What of an attempt runs on the threads of the pools. Nothing thrown there leaves it: it comes back as a message.
#pragma once

#include "actors/job.hpp"

#include <functional>

namespace troupe {

/// Loads the plan and makes the work; ends with a `work_made` to `tell`.
std::function<void()> make_work_on_thread(const engine_parts& parts, const job_type& type, const job_row& row,
                                          job_actor tell);

/// Runs one step; ends with a `step_outcome` to `tell`.
std::function<void()> run_step_on_thread(std::shared_ptr<job_work> work, std::shared_ptr<attempt_shared> shared,
                                         std::uint64_t number, job_actor tell);

} // namespace troupe
