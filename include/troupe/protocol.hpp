/// \file
/// The public page of messages: what a program that has an actor system of its own may say to the engine.
///
///     you ──submit_job, run_job, control_job, describe_job, watch_job, delete_job──▶ scheduler ──▶ (job, store: not
///     yours)
///
/// Messages are plain values that stay in one process: they need no registration with your `actor_system_config`.
#pragma once

#include <troupe/job.hpp>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include <memory>
#include <string>

namespace troupe {

class output_stream;

/// Accept a job. Answered with its name once it is on disk, or with the reason why it is refused.
struct submit_job {
  std::string type;
  std::string arguments = "{}";                    ///< JSON text; what it may hold is the type's business
  std::int32_t priority = 0;                       ///< higher runs first
  std::string user_data = {};                      ///< JSON text, kept with the job; empty: none
  std::shared_ptr<output_stream> stream = nullptr; ///< for streamed archives only
};

/// Accept a job, and answer when it has ended, well or not.
struct run_job {
  submit_job what;
};

/// Cancel, pause, resume or resubmit. Answered with the job when the change is on disk; refused with the reason if the
/// job's state does not allow it.
struct control_job {
  job_id id;
  job_action action = job_action::cancel;
};

/// How is that job?
struct describe_job {
  job_id id;
};

/// Answer when that job has ended; at once if it has.
struct watch_job {
  job_id id;
};

/// Forget a finished job and its outputs.
struct delete_job {
  job_id id;
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::submit_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::run_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::control_job)
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
  caf::replies_to<watch_job>::with<result<job_record>>, caf::replies_to<delete_job>::with<result<job_record>>>;

} // namespace troupe
