/// \file
/// What the actors of one engine share: plain references, handed to their constructors.
#pragma once

#include <troupe/job_type.hpp>
#include <troupe/options.hpp>

#include "actors/executor.hpp"
#include "core/clock.hpp"
#include "core/job_event_bell.hpp"
#include "core/live_jobs.hpp"
#include "core/metrics.hpp"
#include "persistence/database.hpp"

#include <functional>
#include <map>
#include <string>

namespace troupe {

/// The kinds of job that an engine knows, by name. Filled before the engine starts, then read by all threads.
using job_types = std::map<std::string, job_type, std::less<>>;

/// Lives as long as the engine.
struct engine_parts {
  persistence::database& database;
  const options& settings;
  const job_types& types;
  const clock& time;
  job_id_source& names;
  metrics& measured;
  live_jobs& live;
  job_event_bell& bell;
  executor& cpu;
  executor& io;
  /// Jobs before this one were saved by earlier runs and are set aside for this run (`--no-jobs`).
  job_sequence first_job = 1;
  /// Called once, on any thread, when nothing can be made durable any more: the process must end (exit status 74).
  std::function<void(const error&)> give_up;
};

} // namespace troupe
