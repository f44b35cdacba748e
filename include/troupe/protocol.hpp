/// \file
/// The public page of messages: what a program that has an actor system of its own may say to the engine.
///
///     you ──submit_job, run_job, control_job, prioritize_job, delete_job, control_jobs──▶ scheduler ──▶ (job, store)
///     you ──describe_job, explain_job, watch_job, set_lane, list_lanes──▶ scheduler
///
/// Messages are plain values that stay in one process: they need no registration with your `actor_system_config`.
#pragma once

#include <troupe/job_messages.hpp>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include <vector>

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::submit_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::run_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::control_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::prioritize_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::control_jobs)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::explain_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::set_lane)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::list_lanes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::result<troupe::bulk_outcome>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::result<troupe::job_explanation>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::result<troupe::lane_record>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::result<std::vector<troupe::lane_record>>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::describe_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::watch_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::delete_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::result<troupe::job_id>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::result<troupe::job_record>)

namespace troupe {

/// Decides who runs, and supervises the jobs that do. Every answer says what is on disk.
using scheduler_actor = caf::typed_actor<
  caf::replies_to<submit_job>::with<result<job_id>>, caf::replies_to<run_job>::with<result<job_record>>,
  caf::replies_to<control_job>::with<result<job_record>>, caf::replies_to<describe_job>::with<result<job_record>>,
  caf::replies_to<watch_job>::with<result<job_record>>, caf::replies_to<delete_job>::with<result<job_record>>,
  caf::replies_to<prioritize_job>::with<result<job_record>>, caf::replies_to<control_jobs>::with<result<bulk_outcome>>,
  caf::replies_to<explain_job>::with<result<job_explanation>>, caf::replies_to<set_lane>::with<result<lane_record>>,
  caf::replies_to<list_lanes>::with<result<std::vector<lane_record>>>>;

} // namespace troupe
