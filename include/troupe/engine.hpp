/// \file
/// The engine for programs that have no actor system: open a directory, add kinds of job, submit, wait.
#pragma once

#include <troupe/job.hpp>
#include <troupe/job_type.hpp>
#include <troupe/options.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>

namespace troupe {

/// What is asked of the engine.
struct job_submission {
  std::string type;
  std::string arguments = "{}"; ///< JSON text; what it may hold is the type's business
  std::int32_t priority = 0;    ///< higher runs first
  std::string user_data = {};   ///< JSON text, kept with the job; empty: none
};

/// A durable jobs engine in a directory of its own. All functions may be called from any thread; those that answer with
/// a future never block.
///
///     troupe::engine jobs("./jobs", [](troupe::options& o) { o.concurrent_jobs.set_value(8); });
///     jobs.add(my_type());
///     jobs.start();
///     auto id = jobs.submit({.type = "Mine"}).get();      // on disk when the future is ready
///     auto end = jobs.wait(*id).get();
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
  std::future<result<job_id>> submit(job_submission what);
  /// Accepts a job; the future is ready when it has ended, well or not.
  std::future<result<job_record>> run(job_submission what);
  /// The job, once it has ended.
  std::future<result<job_record>> wait(job_id which);
  /// Cancel, pause, resume, resubmit; the future is ready when the change is on disk, or refused.
  std::future<result<job_record>> control(job_id which, job_action action);
  /// The job as it is now.
  std::future<result<job_record>> describe(job_id which);

  /// Interrupts the running jobs at their next step and closes. False if a step did not end in time.
  bool stop(std::chrono::milliseconds deadline = std::chrono::seconds{10});

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe
