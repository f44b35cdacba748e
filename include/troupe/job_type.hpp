/// \file
/// The contract of a job type: what one writes to add a kind of job. Nothing in it knows actors, threads or tables.
///
/// A job is a *plan*, a list of items fixed at submission, and *steps* over it, one an item. The engine calls `run`
/// with the number of a step; what comes back says how it went and what shall become durable because of it. The engine
/// commits those writes in the order of the items, and moves the job's cursor over them in the same transaction.
#pragma once

#include <troupe/job.hpp>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace troupe {

struct batch;        // persistence/batch.hpp: writes to the index, for job types of this project
class output_stream; // core/output_stream.hpp: where a streamed job's bytes go

/// How the steps of a type reach the world; this decides what a crash may repeat.
enum class effect : std::uint8_t {
  output,  ///< Builds an output that nobody sees before Success. Every attempt begins at step 0.
  local,   ///< Acts through the writes of its steps only: each step happens exactly once.
  network, ///< Acts on a peer, where repeating a step does no harm. A crash repeats at most `window` steps.
};

/// Which threads run the steps: `cpu` for work, `io` for steps that wait for a peer.
enum class step_pool : std::uint8_t { cpu, io };

/// What shall be done, made from the arguments before the job is accepted. Written once.
struct job_plan {
  std::string lane;               ///< destination; empty: the lane that all jobs of the type share
  std::vector<std::string> items; ///< one a step; opaque to the engine, at most 1 KiB each
  std::string arguments = "{}";   ///< what the work needs beside the items, in a form of the type's own
  std::string content = "{}";     ///< JSON object: `Content` until a step says otherwise
};

/// A file or a text that a finished job offers at `GET /jobs/{id}/{name}`.
struct job_output {
  std::string name;       ///< `archive`
  std::string media_type; ///< `application/zip`
  std::string filename;   ///< offered to the client that downloads it
  /// Bytes, or a file at a path from `step_context::new_output_file`, closed and synced.
  std::variant<std::string, std::filesystem::path> body;
};

/// An item that failed without failing the job (permissive jobs).
struct item_failure {
  error why;
  std::optional<std::uint16_t> dimse_status; ///< PS3.7 Annex C
};

/// How a step went.
struct step_result {
  enum class kind : std::uint8_t {
    more,        ///< This step is complete. After the last item the job is done.
    done,        ///< The job is complete, whatever items remain.
    wait,        ///< Call the same step again once the waker was called. Holds no thread meanwhile.
    retry_later, ///< This attempt ends; another one begins at this step after `delay`.
    failed,      ///< The attempt fails with `why`; whether another one follows is up to the job's retry policy.
    unreachable, ///< The destination took no connection: its lane rests until it does again.
  };
  kind what = kind::more;
  error why{error_code::success};
  std::chrono::milliseconds delay{0};
  std::optional<item_failure> item;   ///< counted and listed; the job goes on
  std::optional<std::string> content; ///< the new `Content`, if it changed
  std::vector<job_output> outputs;    ///< become durable together with Success
  std::shared_ptr<batch> writes;      ///< become durable together with the cursor

  static step_result more() { return {}; }

  static step_result done() { return with(kind::done); }

  static step_result wait() { return with(kind::wait); }

  static step_result failed(error why) {
    auto r = with(kind::failed);
    r.why = std::move(why);
    return r;
  }

  static step_result unreachable(error why) {
    auto r = with(kind::unreachable);
    r.why = std::move(why);
    return r;
  }

  static step_result retry_later(std::chrono::milliseconds delay, error why) {
    auto r = with(kind::retry_later);
    r.why = std::move(why);
    r.delay = delay;
    return r;
  }

private:
  static step_result with(kind what) {
    step_result r;
    r.what = what;
    return r;
  }
};

/// What a running attempt may know and ask. Lives as long as the attempt's work; its functions may be called from any
/// thread.
class step_context {
public:
  virtual ~step_context() = default;
  /// True once the job shall stop at this step: cancelled, paused or the server stops. Long steps look at it often.
  virtual bool stop_requested() const noexcept = 0;
  /// Number of this attempt, from 1.
  virtual std::uint32_t attempt() const noexcept = 0;
  /// For `step_result::wait`: wakes the step. May be called from any thread, also before the step has returned, also
  /// after the attempt has ended (then it does nothing).
  virtual std::function<void()> waker() = 0;
  /// Path of a file for an output, unique to this attempt. What no output names when the attempt ends is removed.
  virtual std::filesystem::path new_output_file() = 0;
  /// Items that failed in earlier attempts, for types that count them in their content.
  virtual std::uint64_t failed_before() const noexcept = 0;
  /// Where the bytes of a streamed job go; null for all others.
  virtual output_stream* stream() noexcept = 0;
};

/// The work of one attempt. Made when the job gets a slot, destroyed when the attempt ends.
class job_work {
public:
  virtual ~job_work() = default;
  /// Runs the step `number` (0 to `items.size() - 1`) on a thread of the type's pool. With a `window` above 1 several
  /// steps run at the same time. An exception fails the job.
  virtual step_result run(std::uint64_t number, step_context& context) = 0;
};

/// How often a job whose attempt failed in a way that may pass (core/failure_class.hpp) is tried again.
struct retry_policy {
  std::uint32_t max_retries = 0;                    ///< 0: a failure is final, as in Orthanc
  std::chrono::milliseconds delay{10'000};          ///< mean of the first pause; it doubles with every retry
  std::chrono::milliseconds delay_max{60 * 60'000}; ///< no pause is longer
  friend bool operator==(const retry_policy&, const retry_policy&) = default;
};

/// A kind of job.
struct job_type {
  std::string name; ///< `Type` of the job, as Orthanc calls it: `Archive`
  std::string doc;  ///< one sentence
  effect effects = effect::network;
  step_pool pool = step_pool::cpu;
  unsigned window = 1;  ///< steps at the same time
  retry_policy retries; ///< unless a submission says otherwise
  /// Checks the arguments (a JSON text) and makes the plan. Runs on a cpu thread before the job is accepted.
  std::function<result<job_plan>(const std::string& arguments)> plan;
  /// Makes the work of an attempt. Runs on a cpu thread.
  std::function<std::unique_ptr<job_work>(const job_plan& plan)> make_work;
  /// Looks whether the destination of a lane can be reached; `success` if so. Runs on an io thread, within ten seconds.
  /// Empty: once a lane's destination refused a connection, the next job finds out.
  std::function<error(const std::string& lane)> probe = {};
  /// Adapts arguments and content of a plan whose items were reduced to those that failed. Empty: they stay.
  std::function<void(job_plan& plan)> narrow = {};
};

} // namespace troupe
