/// \file
/// A job's row as the schedule holds a million of them: names of types and lanes by number, the job's own in 16 bytes.
#pragma once

#include "core/job_row.hpp"
#include "core/lane_book.hpp"
#include "core/uuid.hpp"

#include <cstdint>

namespace troupe {

struct packed_row {
  uuid_bytes id{};
  time_point created;
  time_point changed;
  time_point not_before; ///< of retry and delayed, and of a delayed job that was paused; otherwise zero
  microseconds runtime{0};
  epoch_number epoch = 0;
  std::uint64_t steps_total = 0;
  std::uint64_t cursor = 0;
  std::uint64_t failed_items = 0;
  std::uint32_t attempts = 0;
  std::uint32_t crashes = 0;
  std::uint32_t max_retries = 0;
  std::uint32_t retry_delay_ms = 0;
  std::uint32_t retry_delay_max_ms = 0;
  std::uint32_t retries = 0;
  std::int32_t priority = 0;
  error_code code = error_code::success;
  type_number type = 0;
  lane_number lane = 0;
  job_phase phase = job_phase::pending;
  bool streamed = false;
  bool transient = false;

  /// Enters the names into the book; `leave` takes them out again.
  static packed_row pack(const job_row& row, lane_book& names);
  job_row unpack(job_sequence job, const lane_book& names) const;

  retry_policy retry() const;
};

} // namespace troupe
