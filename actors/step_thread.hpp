/// \file
/// What of an attempt runs on the threads of the pools. Nothing thrown there leaves it: it comes back as a message.
#pragma once

#include "actors/job.hpp"

#include <functional>

namespace troupe {

/// Loads the plan and makes the work; ends with a `work_made` to `tell`.
std::function<void()> make_work_on_thread(const engine_parts& parts, const job_type& type, const job_row& row,
                                          job_actor tell);

/// Runs the steps from `number` on, up to `below`, as long as they are complete at once and have nothing to say, but
/// not for longer than a few milliseconds; ends with a `step_outcome` to `tell`. So cheap steps do not cost a message
/// each.
std::function<void()> run_steps_on_thread(std::shared_ptr<job_work> work, std::shared_ptr<attempt_shared> shared,
                                          std::uint64_t number, std::uint64_t below, job_actor tell);

} // namespace troupe
