/// \file
/// The engine for programs that have no actor system: open a directory, add kinds of job, submit, wait.
#pragma once

#include <troupe/job_messages.hpp>
#include <troupe/options.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <vector>

namespace troupe {

/// A durable jobs engine in a directory of its own. All functions may be called from any thread; those that answer with
/// a future never block.
///
///     troupe::engine jobs("./jobs", [](troupe::options& o) { o.concurrent_jobs.set_value(8); });
///     jobs.add(my_type());
///     jobs.start();
///     auto id = jobs.submit({.type = "Mine"}).get();      // on disk when the future is ready
///     auto end = jobs.wait({.id = *id}).get();
class engine {
public:
  /// Opens or recovers `directory` (made if absent; one engine at a time). Throws `failure`.
  explicit engine(const std::filesystem::path& directory, const std::function<void(options&)>& configure = {});
  /// Stops within ten seconds.
  ~engine();
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  /// Adds a kind of job, before `start`. Throws `failure` if its name is taken or it lacks its functions.
  void add(job_type type);
  /// Takes up the jobs that an earlier run has left, and accepts new ones.
  void start();

  /// Accepts a job; the future is ready when it is on disk, or refused.
  std::future<result<job_id>> submit(submit_job what);
  /// The same without a future: `tell` is called once, on a thread of the engine, and must not block; as `what.on_end`.
  /// Not called if the engine stops before.
  void submit(submit_job what, std::function<void(result<job_id>)> tell);
  /// Accepts a job; the future is ready when it has ended, well or not.
  std::future<result<job_record>> run(submit_job what);
  /// The job, once it has ended, or as it is when the patience is over.
  std::future<result<job_record>> wait(watch_job which);
  /// Cancel, pause, resume, resubmit; the future is ready when the change is on disk, or refused.
  std::future<result<job_record>> control(job_id which, job_action action);
  /// Another priority for a job that has not ended.
  std::future<result<job_record>> prioritize(prioritize_job what);
  /// The same for all jobs of a selection; the future is ready when all of it is on disk.
  std::future<result<bulk_outcome>> control_all(control_jobs what);
  /// The job as it is now.
  std::future<result<job_record>> describe(job_id which);
  /// Why it does not run, and when it will.
  std::future<result<job_explanation>> explain(job_id which);
  /// Pauses, limits or frees a lane.
  std::future<result<lane_record>> set_lane(troupe::set_lane what);
  /// All lanes that have jobs or are paused or limited.
  std::future<result<std::vector<lane_record>>> lanes();

  /// Interrupts the running jobs at their next step and closes. False if a step did not end in time.
  bool stop(std::chrono::milliseconds deadline = std::chrono::seconds{10});

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe
