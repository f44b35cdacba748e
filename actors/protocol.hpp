/// \file
/// The internal page of messages: who inside the engine may ask whom for what. It may change; the public page is
/// include/troupe/protocol.hpp.
///
///     scheduler ──resume_work, stop_work──▶ job           job ──attempt_report, slot_report──▶ scheduler
///     scheduler, job, gateway ──persist──▶ store          store ──commit_answer──▶ them
///     stability ──persist, tell_unstable──▶ store          store ──became_unstable──▶ stability
///     cpu and io threads ──planned, work_made, step_outcome, wake_step──▶ scheduler, job
///
/// Everything that an attempt says carries its epoch; what comes from an attempt that was replaced is counted and
/// dropped.
#pragma once

#include <troupe/job_type.hpp>
#include <troupe/protocol.hpp>

#include "core/schedule.hpp"
#include "persistence/database.hpp"

#include <caf/typed_actor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace troupe {

// -- to the store ----------------------------------------------------------------------------------------------------

/// Make this durable. Answered with the outcomes after the commit.
struct persist {
  std::shared_ptr<const batch> what;
};

/// As `persist`, for those who are no actors: `done` is called on the store's thread and must only pass the answer on.
struct persist_for {
  std::shared_ptr<const batch> what;
  std::function<void(persistence::commit_answer)> done;
};

/// Make this durable for the scheduler; it gets one `committed` for all that went into the same commit.
struct persist_for_scheduler {
  std::shared_ptr<const batch> what;
  std::uint64_t ticket = 0; ///< comes back in the answer
  bool may_wait = false;    ///< a little, for something else to be committed with it: nobody waits for it
};

/// The store to itself: commit what has gathered.
struct flush_batch {};

/// The same, after a while.
struct late_flush {};

// -- to a job --------------------------------------------------------------------------------------------------------

/// From a cpu or io thread: a step has returned. The steps of the same run before it are complete and had nothing to
/// say.
struct step_outcome {
  std::uint64_t number = 0;
  std::shared_ptr<step_result> how;
};

/// From a cpu thread: the work of the attempt, or why there is none.
struct work_made {
  std::shared_ptr<job_work> work;
  std::uint64_t steps = 0;
  error why{error_code::success};
  std::optional<step_outcome> first; ///< the thread went on with the first steps
};

/// From anywhere: the step that answered `wait` can go on.
struct wake_step {
  std::uint64_t number = 0;
};

/// From the scheduler: stop at the next step's end and say so with that event.
struct stop_work {
  job_event as = job_event::stopped;
  bool may_park = true; ///< the attempt may stay, to go on where it was, if its type builds an output
};

/// From the scheduler: go on after having been parked.
struct resume_work {};

/// From a timer: write the cursor behind which steps without writes are complete.
struct save_cursor {};

/// From a timer: lend the slot, if the attempt has been waiting all the time.
struct lend_slot {};

// -- to the scheduler ------------------------------------------------------------------------------------------------

/// From the store: what `persist_for_scheduler` has led to, by ticket.
struct committed {
  std::vector<std::pair<std::uint64_t, persistence::commit_answer>> answers;
};

/// From outside of the actor system: accept a job, and call `tell` on the scheduler's thread, as `submit_job` answers.
struct take_submission {
  submit_job what;
  std::function<void(result<job_id>)> tell;
};

/// From a cpu thread: the plan of a submission.
struct planned {
  std::uint64_t ticket = 0;
  std::shared_ptr<job_plan> plan;
  error why{error_code::success};
};

/// From a job: the attempt has ended, or was parked.
struct attempt_report {
  job_sequence sequence = 0;
  epoch_number epoch = 0;
  attempt_end how;
  bool parked = false;
  std::optional<std::string> content;
  std::vector<job_output> outputs;
};

/// From a job: it has been waiting for a while and lends its slot, or moves again.
struct slot_report {
  job_sequence sequence = 0;
  epoch_number epoch = 0;
  bool lent = false;
  bool silent = false; ///< lent: it waits for the destination of its lane
};

/// From the stream of a job: its client has gone.
struct client_gone {
  job_sequence sequence = 0;
};

/// From an io thread: whether the destination of a lane takes connections.
struct probe_answer {
  std::string lane;
  error seen{error_code::success};
};

/// From the scheduler to itself: go on with what `control_jobs` asked for.
struct continue_bulk {
  std::uint64_t number = 0;
};

/// From a timer: look at what has a time, and at what could not be written.
struct look_again {};

// -- to the keeper of stability --------------------------------------------------------------------------------------

/// From the store: a commit has made resources unstable.
struct became_unstable {};

/// Start no job any more and interrupt those that run. Answered when no attempt is alive.
struct drain {};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::persist)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::persist_for)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::persist_for_scheduler)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::committed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::take_submission)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::flush_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::late_flush)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::work_made)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::step_outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::wake_step)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::stop_work)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::resume_work)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::save_cursor)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::lend_slot)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::planned)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::attempt_report)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::slot_report)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::client_gone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::probe_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::continue_bulk)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::look_again)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::drain)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::became_unstable)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::persistence::commit_answer)

namespace troupe {

/// Makes resources stable when their time has come.
using stability_actor = caf::typed_actor<caf::reacts_to<became_unstable>, caf::reacts_to<look_again>>;

/// To the store: tell this one of commits that make resources unstable.
struct tell_unstable {
  stability_actor whom;
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::tell_unstable)

namespace troupe {

/// Owns the only write transaction. Takes what is in its mailbox, commits once, then answers all.
using store_actor =
  caf::typed_actor<caf::replies_to<persist>::with<persistence::commit_answer>, caf::reacts_to<persist_for>,
                   caf::reacts_to<persist_for_scheduler>, caf::reacts_to<tell_unstable>, caf::reacts_to<flush_batch>,
                   caf::reacts_to<late_flush>>;

/// One attempt at one job: posts steps to a pool, keeps the window, moves the cursor.
using job_actor = caf::typed_actor<caf::reacts_to<work_made>, caf::reacts_to<step_outcome>, caf::reacts_to<wake_step>,
                                   caf::reacts_to<stop_work>, caf::reacts_to<resume_work>, caf::reacts_to<save_cursor>,
                                   caf::reacts_to<lend_slot>>;

/// The scheduler as the engine itself sees it.
using inner_scheduler_actor =
  scheduler_actor::extend<caf::reacts_to<committed>, caf::reacts_to<take_submission>, caf::reacts_to<planned>,
                          caf::reacts_to<attempt_report>, caf::reacts_to<slot_report>, caf::reacts_to<client_gone>,
                          caf::reacts_to<probe_answer>, caf::reacts_to<continue_bulk>, caf::reacts_to<look_again>,
                          caf::replies_to<drain>::with<bool>>;

} // namespace troupe
