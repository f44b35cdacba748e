/// \file
/// The jobs that have an attempt now, for those who read: written by the scheduler and the attempts, read by anyone.
#pragma once

#include "core/job_phase.hpp"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe {

/// What of a running job is not on disk yet.
struct live_job {
  std::uint64_t sequence = 0;
  std::uint64_t epoch = 0;
  job_phase phase = job_phase::running;
  time_point started; ///< of this attempt
  std::chrono::microseconds runtime_before{0};
  std::uint32_t attempts = 1;
  std::uint64_t steps_done = 0;
  std::uint64_t steps_total = 0;
  std::uint64_t failed_items = 0;
  std::string content; ///< empty: that on disk
};

/// A board with one entry per running job. Any thread; nothing is held while a caller looks at its copy.
class live_jobs {
public:
  void set(live_job entry);
  /// Changes an entry if it is still of that epoch.
  void advance(std::uint64_t sequence, std::uint64_t epoch, std::uint64_t steps_done, std::uint64_t failed_items,
               const std::optional<std::string>& content);
  void set_phase(std::uint64_t sequence, job_phase phase);
  void erase(std::uint64_t sequence);
  std::optional<live_job> find(std::uint64_t sequence) const;
  /// Of all entries, in no order.
  std::vector<std::uint64_t> sequences() const;

private:
  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, live_job> entries_;
};

} // namespace troupe
