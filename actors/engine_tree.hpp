/// \file
/// All of one engine within an actor system: the database, the actors over it, the pools; started and stopped in order.
#pragma once

#include "actors/desk.hpp"
#include "actors/parts.hpp"
#include "actors/protocol.hpp"
#include "core/uuid.hpp"

#include <caf/actor_system.hpp>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <vector>

namespace troupe {

/// How an engine is built.
struct engine_settings {
  bool load_jobs = true; ///< false: the saved jobs are set aside for this run
  /// Called once when nothing can be made durable any more. Default: ends the process with exit status 74 (EX_IOERR).
  std::function<void(const error&)> give_up;
};

class engine_tree {
public:
  /// Opens or recovers the directory. Throws `failure`. `settings_of` must outlive the tree.
  engine_tree(caf::actor_system& system, const std::filesystem::path& directory, const options& settings_of,
              engine_settings settings);
  /// Stops, if `stop` was not called, with a deadline of ten seconds.
  ~engine_tree();
  engine_tree(const engine_tree&) = delete;
  engine_tree& operator=(const engine_tree&) = delete;

  /// Adds a kind of job, before `start`. Throws `failure` for a name that is taken or a type without its functions.
  void add(job_type type);
  /// Takes up the saved jobs and accepts new ones.
  void start();
  /// Interrupts the running jobs at their next step, writes everything, closes. False if a step did not end in time:
  /// then the database is left without its clean mark, as after a crash, and nothing acknowledged is lost.
  bool stop(std::chrono::milliseconds deadline);

  caf::actor_system& system() noexcept { return system_; }

  scheduler_actor scheduler() const;

  /// Accepts a job without an actor in between; `tell` is called once, on the scheduler's thread, and must not block.
  void submit(submit_job what, std::function<void(result<job_id>)> tell);

  const store_actor& store() const noexcept { return store_; }

  /// One of the desks, in turn.
  const desk_actor& desk();

  persistence::database& database() noexcept { return database_; }

  const clock& time() const noexcept { return parts_.time; }

  metrics& measured() noexcept { return metrics_; }

  const live_jobs& live() const noexcept { return live_; }

  executor& cpu() noexcept { return *cpu_; }

  executor& io() noexcept { return *io_; }

  job_event_bell& job_events() noexcept { return bell_; }

  /// Whether `stop` was called. Any thread.
  bool stopping() const noexcept { return stopped_; }

  /// Jobs before it are set aside for this run.
  job_sequence first_job() const noexcept { return parts_.first_job; }

private:
  void stop_actors();

  caf::actor_system& system_;
  persistence::database database_;
  metrics metrics_;
  live_jobs live_;
  job_event_bell bell_;
  job_types types_;
  uuid_v7_source names_;
  std::unique_ptr<executor> cpu_;
  std::unique_ptr<executor> io_;
  engine_parts parts_;
  store_actor store_;
  stability_actor stability_;
  inner_scheduler_actor scheduler_;
  std::vector<desk_actor> desks_;
  std::atomic<std::size_t> next_desk_{0};
  std::atomic<bool> stopped_ = false;
};

} // namespace troupe
