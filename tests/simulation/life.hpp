/// \file
/// One life of a server under a seed, played against the schedule alone: what clients, lanes, attempts and the disk do
/// is random, and what must always hold is checked after every event.
#pragma once

#include "core/schedule.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace troupe {

/// The schedule did what it must never do.
struct broken_promise : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Numbers that are the same for the same seed, and cheap to begin with.
class dice {
public:
  explicit dice(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL) {}

  std::uint64_t below(std::uint64_t bound);

  bool chance(unsigned percent) { return below(100) < percent; }

private:
  std::uint64_t state_;
};

class life {
public:
  explicit life(std::uint64_t seed);
  /// Throws `broken_promise`.
  void run();

private:
  static constexpr std::size_t lanes_count = 3;
  static constexpr std::size_t bands_count = 3;

  /// What the simulated world knows of a job, from what it was told.
  struct job {
    job_sequence sequence = 0;
    std::size_t lane = 0;
    std::optional<job_row> disk;      ///< as committed
    bool acknowledged = false;        ///< its submission was
    bool cancel_acknowledged = false; ///< and not resubmitted since
    bool streamed = false;
    std::uint32_t max_retries = 0;
    std::uint64_t steps = 0;
    // In the schedule:
    bool inside = false;
    bool on_disk = false; ///< the schedule was told so
    job_phase phase = job_phase::pending;
    std::int32_t priority = 0;
    std::uint32_t attempts = 0;
    std::uint32_t retries = 0;
    std::uint64_t cursor = 0;
    std::size_t unsettled = 0;
    time_point not_before;  ///< of this or an earlier phase: it shall not start earlier
    microseconds queued{0}; ///< when it began to wait in its lane
    // Its attempt:
    epoch_number epoch = 0;
    epoch_number slot = 0; ///< the attempt whose slot counts; 0: none
    bool live = false;
    bool parked = false;
    bool lent = false;
    bool silent = false; ///< while lent: it waits for the destination
    bool asked_to_stop = false;
    bool asked_to_give_way = false;
    microseconds live_since{0};
  };

  struct lane {
    std::string name;
    bool can_probe = false;
    std::uint32_t limit = 0;
    bool paused = false;
    bool open = false;    ///< its destination is known to be unreachable
    bool looking = false; ///< a probe is under way
    microseconds opened{0};
  };

  /// A write on its way to the disk, in order.
  struct write {
    job_row row;
    bool ended = false;
    bool cancel = false;
    bool resubmit = false;
    bool added = false;
  };

  /// An attempt that has said its last word but is not gone.
  struct leaving {
    job_sequence job;
    epoch_number epoch;
  };

  /// What two lanes of a band were given since both have been waiting for slots.
  struct race {
    bool on = false;
    std::int64_t ahead = 0, least = 0, most = 0;
  };

  // -- events (life.cpp) ----------------------------------------------------------------------------------------------
  void event();
  void submit();
  void act();
  void prioritize();
  void end_some_attempt();
  void end(job& of, job_event how, bool park);
  attempt_end how_it_ends(const job& of, job_event how);
  void let_one_go();
  void lend_or_take_back();
  void change_lane();
  void answer_probe(bool well);
  void lose_client();
  void commit(std::size_t count);
  void commit_one(const write& one);
  void forget_finished();
  void stop_in_order();
  void start_again(bool clean);
  void know(job& of, const job_row& row);
  void recover(job& of, bool clean);
  void settle_down();
  void run_out();

  // -- what a server does after every event ---------------------------------------------------------------------------
  void pump();
  void begin(const started& next);
  void take(const change& what, bool cancel = false, bool resubmit = false);
  void leave_if_over(job& of);
  void hold_slot(job& of, epoch_number epoch);
  void lane_answers(const job& of, job_event how);
  void note_trial(const job& of);

  // -- checks (checks.cpp) --------------------------------------------------------------------------------------------
  void promise(bool held, const char* what) const {
    if (!held)
      broken(what);
  }

  [[noreturn]] void broken(const char* what) const;
  void check();
  void check_lanes(const std::array<std::size_t, lanes_count>& inside) const;
  void check_order(const job& first) const;
  void check_nobody_waits_in_vain() const;
  void check_idle() const;
  void check_who_gives_way(std::optional<job_sequence> chosen);
  void check_recovered(const job& of, const job_row& before, const change& what, bool clean) const;
  job_phase expected_end(const job& of, const attempt_end& how) const;
  bool is_silent(std::size_t which) const;
  bool may_start(const job& of) const;
  bool must_be_eligible(std::size_t which) const;

  std::size_t holders() const { return held_[0] + held_[1] + held_[2]; }

  void watch_races();
  void charge(const job& of, std::int64_t work);

  // -- helpers --------------------------------------------------------------------------------------------------------
  job& at(job_sequence which) { return jobs_[which - 1]; }

  job* some_job();
  job* some_live();
  void sleep(microseconds time);

  moment now() const { return {time_point{now_ + std::chrono::hours{1}}, now_}; }

  std::uint64_t seed_;
  dice dice_;
  bool calm_; ///< nobody gives way, fails or is out of reach: then lanes share exactly
  schedule_limits limits_;
  std::unique_ptr<schedule> core_;
  int step_ = 0;
  microseconds now_{0};
  std::uint32_t boot_ = 1;
  epoch_number last_epoch_ = 0;
  std::size_t unsettled_ = 0;
  bool settling_ = false;
  job_sequence acted_on_ = 0; ///< the job that was asked for an action last
  std::vector<job> jobs_;
  std::array<lane, lanes_count> lanes_;
  std::array<std::size_t, lanes_count> held_{}; ///< slots
  std::vector<write> writes_;
  std::vector<leaving> leaving_;
  std::vector<std::size_t> probes_;
  std::array<std::array<std::array<race, lanes_count>, lanes_count>, bands_count> races_{};
  std::int64_t largest_work_ = 1;
  std::int64_t given_back_ = 0;
};

} // namespace troupe
