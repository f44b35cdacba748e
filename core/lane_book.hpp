/// \file
/// What is known of each lane: its name, its settings, how many jobs of it wait and run, and whether its destination
/// takes connections (the circuit breaker).
#pragma once

#include <troupe/job_messages.hpp>

#include "core/lanes.hpp"
#include "core/moment.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

/// A type of job by number, as the schedule counts them.
using type_number = std::uint32_t;

/// A lane as it is shown; `next_probe` in steady time.
struct lane_view {
  std::string name;
  std::uint32_t limit = 0;
  bool paused = false;
  std::uint64_t jobs = 0;    ///< that are not final
  std::uint64_t running = 0; ///< with a slot
  std::uint64_t silent = 0;  ///< that lent theirs and wait for the destination
  bool reachable = true;
  std::string why_unreachable;
  std::optional<microseconds> next_probe;
};

/// A lane whose destination shall be looked at, and the type of job that knows how.
struct lane_probe {
  std::string lane;
  std::string type;
};

/// Lanes are entered by the jobs that are in them. Once the last one has left, only what was set counts: a lane that
/// was not set is not shown, and forgotten when many others have been left after it. Until then it keeps its number, so
/// that a client that submits its jobs one by one does not escape what its lane was charged.
class lane_book {
public:
  // -- names ----------------------------------------------------------------------------------------------------------
  type_number type(const std::string& name);

  const std::string& type_name(type_number which) const { return types_.at(which); }

  /// The number of a lane; it has one job more.
  lane_number enter(const std::string& name);
  /// It has one job less.
  void leave(lane_number lane);
  std::optional<lane_number> find(const std::string& name) const;

  bool contains(lane_number lane) const { return lanes_.contains(lane); }

  const std::string& name(lane_number lane) const { return lanes_.at(lane).name; }

  // -- limits ---------------------------------------------------------------------------------------------------------
  /// The number of the lane, which was entered: `leave` it when it has been looked at.
  lane_number set(const std::string& name, std::uint32_t limit, bool paused);

  void job_started(lane_number lane) { ++lanes_.at(lane).running; }

  void job_stopped(lane_number lane) { --lanes_.at(lane).running; }

  /// A job that lent its slot waits for an answer of the destination; until it has one, no others of the lane start, or
  /// one silent peer would take one slot after the other.
  void fell_silent(lane_number lane) { ++lanes_.at(lane).silent; }

  void answered(lane_number lane) { --lanes_.at(lane).silent; }

  /// Why none of its jobs may start now: `lane_paused`, `unreachable`, `silent`, `lane_limit` or `nothing`.
  hold held_by(lane_number lane) const;
  void note_runtime(lane_number lane, microseconds taken);
  /// Mean time of an attempt; that of all lanes if it has none of its own, zero if nothing is known.
  microseconds mean_runtime(lane_number lane) const;

  // -- the breaker ----------------------------------------------------------------------------------------------------
  /// Its destination took no connection; `prober` is the type that can look, `nullopt`: only a job can find out.
  void open(lane_number lane, const error& why, std::optional<type_number> prober, moment at);
  /// A probe found it as it was.
  void reopen(lane_number lane, const error& why, moment at);
  /// Its destination answers.
  void close(lane_number lane);

  bool is_open(lane_number lane) const { return lanes_.at(lane).circuit.has_value(); }

  /// A job wants to know now, not at the next probe: it is made earlier, at most one a second.
  void hasten_probe(lane_number lane, moment at);
  /// The next lane to be looked at. It is not named again before `open` or `close`.
  std::optional<std::pair<lane_number, std::optional<type_number>>> next_probe(moment at);
  std::optional<microseconds> probe_at() const;
  /// True while a job is on trial in that lane: one may start although it is open.
  bool on_trial(lane_number lane) const;
  std::string why_open(lane_number lane) const;

  std::vector<lane_view> view() const;
  lane_view view(const std::string& name) const;

private:
  struct breaker {
    std::string why;
    std::uint32_t failures = 1; ///< in a row
    std::optional<type_number> prober;
    microseconds since{0}; ///< of the last failure
    microseconds probe_at{0};
    bool looking = false; ///< a probe, or a job on trial, is under way
  };

  struct lane_state {
    std::string name;
    std::uint32_t limit = 0;
    bool paused = false;
    std::uint64_t jobs = 0;
    std::uint64_t running = 0;
    std::uint64_t silent = 0; ///< jobs that lent their slot and wait for an answer
    microseconds mean{0};
    std::uint64_t left = 0; ///< place in `left_`; 0: none
    std::optional<breaker> circuit;
  };

  static lane_view view_of(const lane_state& of);
  void forget_if_idle(lane_number number);
  void forget(lane_number number);
  void plan_probe(lane_number number, microseconds at);

  std::vector<std::string> types_;
  std::map<std::string, type_number> type_numbers_;
  std::map<lane_number, lane_state> lanes_;
  std::map<std::string, lane_number> numbers_;
  std::set<std::pair<microseconds, lane_number>> probes_;
  std::map<std::uint64_t, lane_number> left_; ///< lanes without jobs and settings, those left first at the front
  std::uint64_t leavings_ = 0;
  lane_number last_ = 0;
  microseconds mean_{0};
};

} // namespace troupe
