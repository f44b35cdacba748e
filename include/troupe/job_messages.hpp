/// \file
/// What may be said to the engine, as plain values. The actor that takes them: troupe/protocol.hpp.
#pragma once

#include <troupe/job.hpp>
#include <troupe/job_type.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

class output_stream;

/// Accept a job. Answered with its name once it is on disk, or with the reason why it is refused.
struct submit_job {
  std::string type;
  std::string arguments = "{}";                    ///< JSON text; what it may hold is the type's business
  std::int32_t priority = 0;                       ///< higher runs first
  std::string user_data = {};                      ///< JSON text, kept with the job; empty: none
  std::shared_ptr<output_stream> stream = nullptr; ///< for streamed archives only
  std::optional<retry_policy> retries = {};        ///< instead of the type's
  std::optional<time_point> not_before = {};       ///< it shall not start earlier
  std::string idempotency_key = {};                ///< a repeated submission with the same key answers the same job
  std::optional<std::chrono::milliseconds> patience = {}; ///< how long to wait for a place under `LimitJobs`
  bool never_blocks = false;                              ///< made by a job: `LimitJobs` does not apply
  /// Called when the job has ended, behind the answer; must not block.
  std::function<void(const result<job_record>&)> on_end = {};
  /// A finished job whose failed items alone shall be done again; its type and arguments are taken from it.
  std::optional<job_id> failed_items_of = {};
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

/// Give a job that has not finished another priority. Answered with the job when that is on disk.
struct prioritize_job {
  job_id id;
  std::int32_t priority = 0;
};

/// Which jobs; what is not set does not restrict.
struct job_selection {
  std::optional<job_state> state = {};
  std::optional<std::string> type = {};
  std::optional<std::string> lane = {};
  std::optional<time_point> created_from = {};
  std::optional<time_point> created_before = {};
  std::vector<job_id> ids = {}; ///< not empty: among these
};

/// What `control_jobs` does to each.
enum class bulk_action : std::uint8_t { cancel, pause, resume, resubmit, remove, prioritize };

/// Do the same to all jobs of a selection that are there now. Answered when all of it is on disk.
struct control_jobs {
  job_selection which;
  bulk_action action = bulk_action::cancel;
  std::int32_t priority = 0; ///< of prioritize
  bool dry_run = false;      ///< only say which
};

/// What `control_jobs` has done.
struct bulk_outcome {
  std::uint64_t matched = 0;
  std::uint64_t changed = 0;
  std::uint64_t refused = 0;  ///< their state did not allow it
  std::vector<job_id> sample; ///< the first hundred that matched
};

/// Why does that job not run, and when will it?
struct explain_job {
  job_id id;
};

/// What holds a job back.
enum class hold : std::uint8_t {
  nothing,       ///< it runs, or has ended
  slots,         ///< all slots are taken, others are before it
  lane_limit,    ///< its lane runs as many jobs as it may
  lane_paused,   ///< its lane is paused
  unreachable,   ///< the destination of its lane takes no connections
  silent,        ///< the destination of its lane has kept another job waiting for a while
  paused,        ///< it is paused itself
  retry,         ///< it waits for the time of its next attempt
  not_before,    ///< it waits for the time before which it shall not start
  being_written, ///< it is not on disk yet
};

struct job_explanation {
  job_record job;
  hold held_by = hold::nothing;
  std::string text;            ///< one sentence for people
  std::uint64_t ahead = 0;     ///< jobs that go before it
  bool ahead_is_floor = false; ///< there are more
  std::optional<time_point> expected_start;
  std::vector<job_id> running; ///< those that hold the slots it waits for, at most 16
};

/// Pause, limit or free a lane. Answered with it when that is on disk.
struct set_lane {
  std::string name;
  std::optional<std::uint32_t> limit = {}; ///< 0: none
  std::optional<bool> paused = {};
};

/// A lane at one moment.
struct lane_record {
  std::string name;
  std::uint32_t limit = 0;
  bool paused = false;
  std::uint64_t waiting = 0;
  std::uint64_t running = 0;
  bool reachable = true;
  std::string why_unreachable;
  std::optional<time_point> next_probe;
};

/// All lanes that have jobs or are paused or limited.
struct list_lanes {};

/// How is that job?
struct describe_job {
  job_id id;
};

/// Answer when that job has ended; at once if it has.
struct watch_job {
  job_id id;
  std::optional<std::chrono::milliseconds> patience = {}; ///< after that, answer with the job as it is
  /// Answer at the next transition behind this one (`job_record::changed`), too.
  std::optional<time_point> changed_after = {};
};

/// Forget a finished job and its outputs.
struct delete_job {
  job_id id;
};

} // namespace troupe
