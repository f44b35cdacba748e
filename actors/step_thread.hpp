/// \file
/// What of an attempt runs on the threads of the pools. Nothing thrown there leaves it: it comes back as a message.
#pragma once

#include "actors/job.hpp"

#include <functional>

namespace troupe {

/// The step with which an attempt begins: outputs are begun anew, everything else goes on at the cursor.
std::uint64_t first_step(const job_type& type, const job_row& row);

/// Loads the plan and makes the work, and goes on with the first steps if the type runs them on the same threads; ends
/// with a `work_made` to `tell`.
std::function<void()> make_work_on_thread(const engine_parts& parts, const job_type& type,
                                          std::shared_ptr<attempt_shared> shared, job_actor tell);

/// Runs the step `number` of `steps`, and those behind it if nothing durable depends on them, as long as they are
/// complete at once and have nothing to say, but not for longer than a few milliseconds; ends with a `step_outcome` to
/// `tell`. So cheap steps do not cost a message each.
std::function<void()> run_steps_on_thread(const job_type& type, std::shared_ptr<job_work> work,
                                          std::shared_ptr<attempt_shared> shared, std::uint64_t number,
                                          std::uint64_t steps, job_actor tell);

} // namespace troupe
