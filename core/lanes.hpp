/// \file
/// The order of waiting jobs: the highest band first; within a band the lanes share fairly, by the work they were
/// given; within a lane first come, first served. Lanes that are held are passed over at no cost.
#pragma once

#include "core/job_row.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace troupe {

/// A lane by number, as the schedule counts them.
using lane_number = std::uint32_t;

/// Fair queueing with the start-time rule: a lane carries the amount of work it was given, the lane with the least goes
/// next, and one that was idle rejoins at the level of the others, so that idleness earns no credit. The bound is that
/// of deficit round robin (one job per lane), without rounds: every operation is O(log n).
class lanes {
public:
  /// Where a waiting job stands.
  struct place {
    job_sequence job = 0;
    lane_number lane = 0;
    std::int32_t band = 0;
  };

  void push(const place& at);
  /// Takes a job out, wherever it stands. False if it does not wait there.
  bool erase(const place& at);
  /// The job that is next.
  std::optional<place> front() const;
  /// Takes out the front, and charges its lane for `cost` steps of work.
  void take(const place& front, std::uint64_t cost);
  /// Work that a lane was charged for but did not do. False if what it was charged has been forgotten, as the band had
  /// no other jobs.
  bool give_back(lane_number lane, std::int32_t band, std::uint64_t cost);
  /// Work that a lane with waiting jobs did without having been charged.
  void charge(lane_number lane, std::int32_t band, std::uint64_t cost);

  /// None of the lane's jobs is next any more, until `free`.
  void hold(lane_number lane);
  void free(lane_number lane);

  std::size_t size() const noexcept { return size_; }

  /// Jobs that go before that one, counted to about `most`.
  std::uint64_t ahead_of(const place& at, std::uint64_t most) const;
  /// True if jobs wait in a band above.
  bool any_above(std::int32_t band) const;
  /// Calls `visit` for the waiting jobs of a lane.
  void for_each_in(lane_number lane, const std::function<void(const place&)>& visit) const;

private:
  struct lane_queue {
    std::set<job_sequence> jobs;
    std::uint64_t given = 0;
  };

  using ranking = std::set<std::pair<std::uint64_t, lane_number>>;

  struct band_state {
    std::map<lane_number, lane_queue> queues; ///< those with jobs, and those in `idle`
    ranking ring;                             ///< lanes with jobs that are not held, by what they were given
    ranking idle;                             ///< lanes without, until the others have caught up
    std::uint64_t level = 0;                  ///< what the lane served last had been given
    std::size_t jobs = 0;
  };

  using bands = std::map<std::int32_t, band_state, std::greater<>>;

  void rank(band_state& in, lane_number lane, lane_queue& of, std::uint64_t given);
  void enter_ring(std::int32_t band, band_state& in, lane_number lane, lane_queue& of);
  void leave_ring(std::int32_t band, band_state& in, lane_number lane, const lane_queue& of);
  void drop_job(bands::iterator in, lane_number lane, lane_queue& of, job_sequence job);

  bands bands_;
  std::set<std::int32_t, std::greater<>> active_; ///< bands whose ring is not empty
  std::unordered_map<lane_number, std::set<std::int32_t>> bands_of_;
  std::unordered_set<lane_number> held_;
  std::size_t size_ = 0;
};

} // namespace troupe
