/// \file
/// The hot half of a job: what its transitions change.
#pragma once

#include <troupe/job.hpp>
#include <troupe/job_type.hpp>

#include "core/job_phase.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace troupe {

/// Position of a job in the order of submission, from 1. The key of everything that belongs to a job.
using job_sequence = std::uint64_t;

/// Fencing token of an attempt: (boot number << 32) | counter within the boot. 0: never started.
using epoch_number = std::uint64_t;

/// About 150 bytes on disk, rewritten at every transition.
/// The schedule owns all of it but `cursor` and `failed_items`, which the attempt moves.
struct job_row {
  job_sequence sequence = 0;
  job_id id;
  std::string type; ///< at most 64 bytes
  std::string lane; ///< at most 128 bytes
  job_phase phase = job_phase::pending;
  std::int32_t priority = 0;
  epoch_number epoch = 0;
  std::uint32_t attempts = 0;
  std::uint32_t crashes = 0; ///< how often in a row it was running when the server died
  time_point created;
  time_point changed;                   ///< of the last transition
  std::optional<time_point> completed;  ///< set in success and failure
  std::optional<time_point> not_before; ///< in retry and delayed (also when paused): when the next attempt is due
  microseconds runtime{0};
  std::uint64_t steps_total = 0;
  std::uint64_t cursor = 0; ///< all steps below it are complete and durable
  std::uint64_t failed_items = 0;
  error_code code = error_code::success;
  retry_policy retry;
  std::uint32_t retries = 0; ///< how many of `retry.max_retries` were used
  bool streamed = false;     ///< its output goes to one client that is connected now
  bool transient = false;    ///< submitted with `SaveJobs` false: forgotten at the next start
};

} // namespace troupe
