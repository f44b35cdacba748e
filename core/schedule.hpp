/// \file
/// Decides who runs next and what every event makes of a job. Pure: no clock, thread, socket or disk, so that it can be
/// run a million times under a seed. The scheduler actor performs what it decides.
#pragma once

#include "core/job_row.hpp"
#include "core/job_states.hpp"
#include "core/lanes.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace troupe {

/// The two clocks at the time of an event.
struct moment {
  time_point wall;
  microseconds steady{0}; ///< since any fixed point
};

/// How an attempt ended.
struct attempt_end {
  job_event event = job_event::finished; ///< finished, failed, retry_later, stopped or interrupted
  error why{error_code::success};
  std::chrono::milliseconds delay{0}; ///< of retry_later
  std::uint64_t cursor = 0;
  std::uint64_t failed_items = 0;
};

/// What an event made of a job, and what is to be done because of it.
struct change {
  job_row row;                                   ///< as it is now
  durable when = durable::nothing;               ///< write the row, and when
  bool restart = false;                          ///< the job begins again: cursor, ledger and result go
  bool ended = false;                            ///< it reached a final phase
  bool stop_attempt = false;                     ///< ask the attempt to stop at its next step
  bool end_parked = false;                       ///< a parked attempt is not needed any more
  std::optional<std::string> why = std::nullopt; ///< text for `ErrorDetails`
};

/// A job that got a slot.
struct started {
  job_row row;         ///< to be written with the next batch
  bool parked = false; ///< its attempt is alive and waits; otherwise a new one is to be made
};

/// All jobs that are not final, in the order in which they shall run.
class schedule {
public:
  /// `boot` numbers the starts of the server, so that epochs are never used twice. At most `slots` jobs run at a time;
  /// no job is started while `unsettled` ends of jobs wait to be written.
  schedule(std::uint32_t boot, std::size_t slots, std::size_t unsettled = 1024);

  // -- a job comes ----------------------------------------------------------------------------------------------------
  /// A new job, Pending but not yet on disk: it cannot start before `written`.
  void add(job_row row);
  /// A job found on disk at start: an attempt that was alive was interrupted. `clean` says whether the server had
  /// stopped in order; if not, it counts as a crash, and the third in a row ends the job.
  change recover(job_row row, bool clean, moment at);
  /// A final job that was asked for an action, from disk. Forgotten again by `release`.
  void adopt(job_row row);

  // -- what happens to it ---------------------------------------------------------------------------------------------
  /// The row of `add` is on disk.
  void written(job_sequence job);
  /// A client's wish. Refused with `bad_request` and the reason if the table has no row for it.
  result<change> control(job_sequence job, job_action action, moment at);
  /// An attempt ended. Nothing if that attempt had been replaced.
  std::optional<change> end_attempt(job_sequence job, epoch_number epoch, const attempt_end& how, moment at);
  /// An attempt is gone: its slot is free. Answers with a failure if it went without having said how it ended.
  std::optional<change> attempt_gone(job_sequence job, epoch_number epoch, moment at);
  /// An attempt stopped but stays, to go on later: its slot is free.
  std::optional<change> park(job_sequence job, epoch_number epoch, const attempt_end& how, moment at);
  /// The client of a streamed job has gone while no attempt was running that could notice.
  std::optional<change> client_gone(job_sequence job, moment at);
  /// An attempt waits for something slow, and lends its slot to others. At most 256 slots are lent: each holds memory.
  void lend_slot(job_sequence job, epoch_number epoch);
  /// It moves again, at once, even if its slot is in use: it waited long enough, and nothing was taken from others
  /// meanwhile.
  void take_slot_back(job_sequence job, epoch_number epoch);
  /// One end of the job is on disk (a job that was resubmitted at once may have several on their way).
  void settle(job_sequence job);
  /// Forgets the job if it is final and its end is on disk.
  void release(job_sequence job);
  /// The job leaves without a trace (it could not be written, or was deleted).
  void forget(job_sequence job);

  // -- who runs -------------------------------------------------------------------------------------------------------
  /// The next job to start, if there is a slot for one.
  std::optional<started> start_next(moment at);
  /// The next retry whose time has come.
  std::optional<change> next_due(moment at);
  /// When the next retry is due.
  std::optional<time_point> due_at() const;

  /// No job is started any more.
  void close() noexcept { closed_ = true; }

  void set_slots(std::size_t slots) noexcept { slots_ = slots; }

  // -- what is known --------------------------------------------------------------------------------------------------
  const job_row* find(job_sequence job) const;

  std::size_t size() const noexcept { return entries_.size(); }

  std::size_t waiting() const noexcept { return lanes_.size() + retries_.size(); }

  std::size_t running() const noexcept { return holding_.size(); }

  std::size_t paused() const noexcept { return paused_; }

private:
  struct entry {
    job_row row;
    microseconds live_since{0}; ///< steady time when the attempt started to count
    bool on_disk = false;
    bool has_parked = false;
    std::size_t unsettled = 0; ///< ends on their way to the disk
  };

  change apply(entry& of, const transition& row, moment at);
  void enqueue(const entry& of);
  void dequeue(const entry& of);

  std::unordered_map<job_sequence, entry> entries_;
  lanes lanes_;
  std::set<std::pair<time_point, job_sequence>> retries_;
  std::unordered_map<job_sequence, epoch_number> holding_; ///< jobs that hold a slot
  std::set<job_sequence> lent_;                            ///< jobs that have lent theirs
  std::uint32_t boot_;
  std::uint32_t starts_ = 0;
  std::size_t slots_;
  std::size_t unsettled_ = 0;
  std::size_t unsettled_max_;
  std::size_t paused_ = 0;
  bool closed_ = false;
};

} // namespace troupe
