/// \file
/// Decides who runs next and what every event makes of a job. Pure: no clock, thread, socket or disk, so that it can be
/// run a million times under a seed. The scheduler actor performs what it decides.
#pragma once

#include "core/job_row.hpp"
#include "core/job_states.hpp"
#include "core/lane_book.hpp"
#include "core/lanes.hpp"
#include "core/moment.hpp"
#include "core/packed_row.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe {

/// How an attempt ended.
struct attempt_end {
  job_event event = job_event::finished; ///< finished, failed, retry_later, unreachable, stopped, gave_way, interrupted
  error why{error_code::success};
  std::chrono::milliseconds delay{0}; ///< of retry_later
  std::uint64_t cursor = 0;
  std::uint64_t failed_items = 0;
  bool can_probe = false; ///< of unreachable: the type of the job can look whether the destination is back
};

/// What an event made of a job, and what is to be done because of it.
struct change {
  job_row row;                                              ///< as it is now
  durable when = durable::nothing;                          ///< write the row, and when
  bool restart = false;                                     ///< the job begins again: cursor, ledger and result go
  bool ended = false;                                       ///< it reached a final phase
  bool stop_attempt = false;                                ///< ask the attempt to stop at its next step
  bool end_parked = false;                                  ///< a parked attempt is not needed any more
  std::optional<std::string> why = std::nullopt;            ///< text for `ErrorDetails`
  std::optional<job_attempt_record> attempt = std::nullopt; ///< an attempt that another one follows
};

/// A job that got a slot.
struct started {
  job_row row;         ///< to be written with the next batch
  bool parked = false; ///< its attempt is alive and waits; otherwise a new one is to be made
};

/// What bounds a schedule.
struct schedule_limits {
  std::size_t slots = 2;        ///< jobs that run at the same time
  std::size_t unsettled = 1024; ///< ends of jobs that may wait to be written before no more jobs are started
  std::size_t parked = 64;      ///< attempts that gave way and are kept
  microseconds slice = std::chrono::milliseconds{500}; ///< after it, a job gives way to other lanes that wait
  microseconds ageing{0};                              ///< waiting time that is worth one priority; 0: none
};

/// Why a job does not run now.
struct waiting_reason {
  hold held_by = hold::nothing;
  std::string lane;
  std::string text;        ///< of the lane: why its destination is unreachable
  std::uint64_t ahead = 0; ///< jobs that go before it
  bool ahead_is_floor = false;
  std::optional<microseconds> expected_wait;
};

/// All jobs that are not final, in the order in which they shall run.
class schedule {
public:
  /// `boot` numbers the starts of the server, so that epochs are never used twice.
  schedule(std::uint32_t boot, schedule_limits limits);

  // -- a job comes ----------------------------------------------------------------------------------------------------
  /// A new job, Pending but not yet on disk: it cannot start before `written`.
  void add(job_row row);
  /// A job found on disk at start: an attempt that was alive was interrupted. `clean` says whether the server had
  /// stopped in order; if not, it counts as a crash, and the third in a row ends the job.
  change recover(job_row row, bool clean, moment at);
  /// A final job that was asked for an action, from disk. Forgotten again by `release`.
  void adopt(const job_row& row);

  // -- what happens to it ---------------------------------------------------------------------------------------------
  /// The row of `add` is on disk.
  void written(job_sequence job, moment at);
  /// A client's wish. Refused with `bad_request` and the reason if the table has no row for it.
  result<change> control(job_sequence job, job_action action, moment at);
  /// Another priority for a job that is not final; refused otherwise.
  result<change> prioritize(job_sequence job, std::int32_t priority, moment at);
  /// An attempt ended. Nothing if that attempt had been replaced.
  std::optional<change> end_attempt(job_sequence job, epoch_number epoch, const attempt_end& how, moment at);
  /// An attempt is gone: its slot is free. Answers with a failure if it went without having said how it ended.
  std::optional<change> attempt_gone(job_sequence job, epoch_number epoch, moment at);
  /// An attempt stopped but stays, to go on later: its slot is free.
  std::optional<change> park(job_sequence job, epoch_number epoch, const attempt_end& how, moment at);
  /// The client of a streamed job has gone while no attempt was running that could notice.
  std::optional<change> client_gone(job_sequence job, moment at);
  /// An attempt waits for something slow, and lends its slot to others. At most 256 slots are lent: each holds memory.
  /// `silent`: it waits for the destination of its lane, so that no other job of the lane starts meanwhile.
  void lend_slot(job_sequence job, epoch_number epoch, bool silent);
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
  /// The next job whose time has come: a retry, or one that should not start earlier.
  std::optional<change> next_due(moment at);
  /// The next job that ends because its destination is still unreachable and it may not be tried again.
  std::optional<change> next_hopeless(moment at);
  /// A running job that has used its time slice while others wait: it shall be asked to give way.
  std::optional<job_sequence> next_to_give_way(moment at);
  /// Lets those that have waited long rise (`schedule_limits::ageing`).
  void age(moment at);
  /// How long nothing will happen by itself; nothing if for ever.
  std::optional<microseconds> idle_for(moment at) const;

  /// No job is started any more.
  void close() noexcept { closed_ = true; }

  void set_slots(std::size_t slots) noexcept { limits_.slots = slots; }

  // -- lanes ----------------------------------------------------------------------------------------------------------
  void set_lane(const std::string& name, std::uint32_t limit, bool paused);
  /// The next lane whose destination shall be looked at now, by the type of job that can do so.
  std::optional<lane_probe> next_probe(moment at);
  /// What was seen; `success`: the lane's jobs run again.
  void probed(const std::string& lane, const error& seen, moment at);

  std::vector<lane_view> view_lanes() const { return book_.view(); }

  lane_view view_lane(const std::string& name) const { return book_.view(name); }

  // -- what is known --------------------------------------------------------------------------------------------------
  bool contains(job_sequence job) const { return entries_.contains(job); }

  std::optional<job_phase> phase_of(job_sequence job) const;
  std::optional<job_row> find(job_sequence job) const;
  /// Counted to 10 000 jobs ahead.
  waiting_reason explain(job_sequence job, moment at) const;

  std::size_t size() const noexcept { return entries_.size(); }

  std::size_t waiting() const noexcept { return lanes_.size() + timed_.size(); }

  std::size_t running() const noexcept { return holding_.size(); }

  std::size_t paused() const noexcept { return paused_; }

  /// True if one more attempt that stopped may be kept.
  bool may_park() const noexcept { return parked_ < limits_.parked; }

  /// Those that hold the slots, or, of a lane, all that run; at most `most`.
  std::vector<job_sequence> holders(const std::string& lane, std::size_t most) const;

private:
  struct entry {
    packed_row row;
    microseconds live_since{0};  ///< steady time: live, when the attempt started to count; waiting, when it rises
    std::int32_t band = 0;       ///< priority that it waits with
    std::uint16_t unsettled = 0; ///< ends on their way to the disk
    bool on_disk = false;
    bool has_parked = false;
    bool asked_to_give_way = false;
    bool charged = false; ///< its lane was, in that band, for all the work that was left
  };

  using entries = std::unordered_map<job_sequence, entry>;

  entry& emplace(const job_row& row);
  void erase(entries::iterator of);

  job_row unpack(job_sequence job, const entry& of) const { return of.row.unpack(job, book_); }

  change apply(job_sequence job, entry& of, const transition& row, moment at);
  void enqueue(job_sequence job, entry& of, moment at);
  void dequeue(job_sequence job, entry& of);
  void take_slot(job_sequence job, const entry& of);
  void leave_slot(job_sequence job);
  void end_loan(job_sequence job);
  bool drop_parked(entry& of);
  job_event outcome_of(entry& of, const attempt_end& how, moment at, std::chrono::milliseconds& delay);
  std::chrono::milliseconds backoff(const entry& of) const;
  job_attempt_record record_attempt(const entry& of, moment at) const;
  void review(lane_number lane);
  bool taken_above(std::int32_t band, microseconds since) const;

  lanes::place place_of(job_sequence job, const entry& of) const { return {job, of.row.lane, of.band}; }

  static std::uint64_t work_left(const entry& of);

  std::uint32_t boot_;
  schedule_limits limits_;
  entries entries_;
  lane_book book_;
  lanes lanes_;
  std::set<std::pair<time_point, job_sequence>> timed_;        ///< retries and delayed jobs
  std::set<std::pair<microseconds, job_sequence>> promotions_; ///< with ageing: when a waiting job rises
  std::unordered_map<job_sequence, epoch_number> holding_;     ///< jobs that hold a slot
  std::map<job_sequence, std::optional<lane_number>> lent_;    ///< jobs that have lent theirs; the lane that is silent
  std::vector<job_sequence> hopeless_;                         ///< may wait no longer, since their lane is unreachable
  std::map<std::int32_t, microseconds, std::greater<>> taken_; ///< with ageing: when a job of that band started last
  std::uint32_t starts_ = 0;
  std::size_t giving_way_ = 0;
  std::size_t unsettled_ = 0;
  std::size_t paused_ = 0;
  std::size_t parked_ = 0;
  bool closed_ = false;
};

} // namespace troupe
