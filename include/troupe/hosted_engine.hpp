/// \file
/// The engine for programs that have an actor system of their own: our actors run in your system, under your monitors.
#pragma once

#include <troupe/job_type.hpp>
#include <troupe/options.hpp>
#include <troupe/protocol.hpp>

#include <chrono>
#include <filesystem>
#include <memory>

namespace caf {
class actor_system;
}

namespace troupe {

/// Owns the database, the pools and the actors of one engine. Ends before the actor system does. The store has a thread
/// of its own; everything else runs on the system's workers, which it never blocks. Set `scheduler.max-throughput` (64
/// will do): CAF's default lets an actor that is busy keep its worker.
class hosted_engine {
public:
  /// Opens or recovers `directory`. `settings` must outlive the engine. Throws `failure`.
  hosted_engine(caf::actor_system& system, const std::filesystem::path& directory, const options& settings);
  /// Stops within ten seconds.
  ~hosted_engine();
  hosted_engine(const hosted_engine&) = delete;
  hosted_engine& operator=(const hosted_engine&) = delete;

  /// Adds a kind of job, before `start`. Throws `failure` if its name is taken or it lacks its functions.
  void add(job_type type);
  /// Takes up the jobs that an earlier run has left; answers with the actor to talk to.
  scheduler_actor start();
  /// Interrupts the running jobs at their next step and closes. False if a step did not end in time.
  bool stop(std::chrono::milliseconds deadline = std::chrono::seconds{10});

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe
