/// \file
/// The order of waiting jobs: highest priority first; within a priority the lanes share fairly, by the work they were
/// given; within a lane first come, first served.
#pragma once

#include "core/job_row.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

namespace troupe {

/// Fair queueing with the start-time rule: a lane carries the amount of work it was given, the lane with the least goes
/// next, and one that was idle rejoins at the level of the others, so that idleness earns no credit. The bound is that
/// of deficit round robin (one job per lane), without rounds: every operation is O(log n).
class lanes {
public:
  /// Adds a waiting job. `cost` is the work it will be charged for, in steps.
  void push(job_sequence job, const std::string& lane, std::int32_t priority, std::uint64_t cost);
  /// Takes a job out, wherever it stands. False if it does not wait.
  bool erase(job_sequence job);
  /// Takes out the job that is next.
  std::optional<job_sequence> pop();

  bool empty() const noexcept { return places_.empty(); }

  std::size_t size() const noexcept { return places_.size(); }

private:
  struct lane_queue {
    std::map<job_sequence, std::uint64_t> jobs; ///< with their cost
    std::uint64_t given = 0;
  };

  struct band {
    std::map<std::string, lane_queue> queues;             ///< those in `ring` and `idle`
    std::set<std::pair<std::uint64_t, std::string>> ring; ///< lanes with waiting jobs, by what they were given
    std::set<std::pair<std::uint64_t, std::string>> idle; ///< lanes without, until the others have caught up
    std::uint64_t level = 0;                              ///< what the lane served last had been given
  };

  struct place {
    std::int32_t priority;
    const std::string* lane; ///< key in the band's queues
  };

  void leave(std::int32_t priority, const std::string& lane);

  std::map<std::int32_t, band, std::greater<>> bands_;
  std::unordered_map<job_sequence, place> places_;
};

} // namespace troupe
