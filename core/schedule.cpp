#include "core/schedule.hpp"

#include "core/failure_class.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

namespace {

constexpr std::uint32_t crashes_allowed = 3;
constexpr std::size_t lent_slots_max = 256;

std::string refusal(job_phase phase, std::string_view action) {
  return "A job in state " + std::string(to_text(shown_as(phase))) + " cannot be asked to " + std::string(action);
}

} // namespace

schedule::schedule(std::uint32_t boot, schedule_limits limits) : boot_(boot), limits_(limits) {}

// -- a job comes ------------------------------------------------------------------------------------------------------

schedule::entry& schedule::emplace(const job_row& row) {
  auto& of = entries_[row.sequence];
  of.row = packed_row::pack(row, book_);
  of.band = row.priority;
  return of;
}

void schedule::add(job_row row) {
  emplace(row);
}

void schedule::adopt(const job_row& row) {
  if (!entries_.contains(row.sequence))
    emplace(row).on_disk = true;
}

change schedule::recover(job_row row, bool clean, moment at) {
  change what{.row = row};
  if (is_final(row.phase)) // a record that cannot be read is shown as one
    return what;
  const auto job = row.sequence;
  const bool was_live = is_live(row.phase);
  if (was_live)
    row.crashes = clean ? 0 : row.crashes + 1;
  auto& of = emplace(row);
  of.live_since = at.steady;
  of.on_disk = true;
  what.row = row;
  if (was_live || row.phase == job_phase::yielded) {
    if (row.phase == job_phase::cancelling)
      of.row.code = error_code::canceled_job;
    what = apply(job, of, *next(row.phase, job_event::interrupted), at);
    if (was_live && !clean) {
      what.attempt = record_attempt(of, at);
      what.attempt->started = row.changed;
      what.attempt->code = error_code::internal_error;
      what.attempt->details = "The server died";
    }
  } else {
    enqueue(job, of, at);
  }
  std::optional<std::string> hopeless;
  if (of.row.streamed)
    hopeless = "The client that was downloading is gone since the server was restarted";
  else if (of.row.crashes >= crashes_allowed)
    hopeless = "The server died " + std::to_string(of.row.crashes) + " times in a row while the job was running";
  if (hopeless && !is_final(of.row.phase)) {
    of.row.code = of.row.streamed ? error_code::network_protocol : error_code::internal_error;
    if (waits_for_time(of.row.phase))
      apply(job, of, *next(of.row.phase, job_event::pause), at);
    what = apply(job, of, *next(of.row.phase, job_event::failed), at);
    what.why = std::move(hopeless);
  }
  if (was_live && what.when == durable::next_batch)
    what.when = durable::before_reply; // a crash that is not counted could repeat for ever
  return what;
}

void schedule::written(job_sequence job, moment at) {
  const auto found = entries_.find(job);
  if (found == entries_.end() || found->second.on_disk)
    return;
  found->second.on_disk = true;
  enqueue(job, found->second, at);
}

// -- what happens to it -----------------------------------------------------------------------------------------------

result<change> schedule::control(job_sequence job, job_action action, moment at) {
  const auto found = entries_.find(job);
  if (found == entries_.end())
    return error{error_code::unknown_resource, "No such job"};
  auto& of = found->second;
  const auto before = of.row.phase;
  const bool early = before == job_phase::paused && action == job_action::resume && of.row.not_before > at.wall;
  const auto* row = next(before, early ? job_event::resume_early : event_of(action));
  if (row == nullptr || !of.on_disk)
    return error{error_code::bad_request, refusal(before, to_text(action))};
  if (row->when == durable::nothing)
    return change{.row = unpack(job, of)};
  if (row->on == job_event::cancel && row->to == job_phase::failure)
    of.row.code = error_code::canceled_job;
  const bool restart = row->on == job_event::resubmit;
  std::optional<job_attempt_record> earlier;
  if (restart) {
    earlier = record_attempt(of, at);
    of.row.code = error_code::success;
    of.row.cursor = of.row.failed_items = 0;
    of.row.crashes = of.row.retries = 0;
    of.row.runtime = microseconds{0};
    of.row.streamed = false; // its client is gone: this time the output is kept
  }
  auto what = apply(job, of, *row, at);
  what.restart = restart;
  what.attempt = std::move(earlier);
  what.stop_attempt = is_live(before) && (row->to == job_phase::pausing || row->to == job_phase::cancelling);
  what.end_parked = what.ended && drop_parked(of);
  return what;
}

result<change> schedule::prioritize(job_sequence job, std::int32_t priority, moment at) {
  const auto found = entries_.find(job);
  if (found == entries_.end())
    return error{error_code::unknown_resource, "No such job"};
  auto& of = found->second;
  if (is_final(of.row.phase) || !of.on_disk)
    return error{error_code::bad_request, refusal(of.row.phase, "take another priority")};
  dequeue(job, of);
  if (std::exchange(of.charged, false))
    lanes_.give_back(of.row.lane, of.band, work_left(of));
  of.row.priority = of.band = priority;
  enqueue(job, of, at);
  return change{.row = unpack(job, of), .when = durable::before_reply};
}

// What an end means under the job's retry policy and for its lane.
job_event schedule::outcome_of(entry& of, const attempt_end& how, moment at, std::chrono::milliseconds& delay) {
  const auto lane = of.row.lane;
  if (how.event == job_event::unreachable) {
    book_.open(lane, how.why, how.can_probe ? std::optional(of.row.type) : std::nullopt, at);
    return of.row.max_retries > 0 ? job_event::unreachable : job_event::failed;
  }
  if (how.event == job_event::finished || book_.on_trial(lane))
    book_.close(lane);
  const bool again = how.event == job_event::failed && classify(how.why.code()) == failure_class::transient
                     && of.row.phase != job_phase::cancelling && of.row.retries < of.row.max_retries;
  if (!again)
    return how.event;
  delay = backoff(of);
  ++of.row.retries;
  return job_event::retry_later;
}

// Full jitter (drawn from the epoch, so that a simulation can repeat it) on a pause that doubles up to its bound.
std::chrono::milliseconds schedule::backoff(const entry& of) const {
  const auto doublings = std::min(of.row.retries, 31U);
  const std::uint64_t longest = of.row.retry_delay_max_ms;
  const auto mean = std::min<std::uint64_t>(std::uint64_t{of.row.retry_delay_ms} << doublings, longest);
  std::uint64_t mixed = of.row.epoch * 0x9E3779B97F4A7C15ULL + of.row.retries;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
  mixed ^= mixed >> 31;
  return std::chrono::milliseconds{std::min<std::uint64_t>(mixed % (2 * mean + 1), longest)};
}

job_attempt_record schedule::record_attempt(const entry& of, moment at) const {
  const bool live = is_live(of.row.phase);
  const auto ended = live ? at.wall : of.row.changed;
  const auto taken = live ? std::max(microseconds{0}, at.steady - of.live_since) : of.row.runtime;
  return {.number = of.row.attempts,
          .started = ended - taken,
          .ended = ended,
          .steps_done = of.row.cursor,
          .code = of.row.code,
          .details = {}};
}

std::optional<change> schedule::end_attempt(job_sequence job, epoch_number epoch, const attempt_end& how, moment at) {
  const auto found = entries_.find(job);
  if (found == entries_.end() || found->second.row.epoch != epoch || !is_live(found->second.row.phase))
    return std::nullopt;
  auto& of = found->second;
  const auto wanted = work_left(of);
  of.row.cursor = std::max(of.row.cursor, how.cursor);
  of.row.failed_items = how.failed_items;
  of.row.crashes = 0; // also by a stop in order: the next crash is the first of a row
  auto delay = how.delay;
  const auto* row = next(of.row.phase, outcome_of(of, how, at, delay));
  auto tried = record_attempt(of, at);
  if (row->to == job_phase::retry)
    of.row.not_before = at.wall + delay;
  if (row->from == job_phase::cancelling)
    of.row.code = error_code::canceled_job;
  else if (row->to == job_phase::failure || row->to == job_phase::retry || row->on == job_event::retry_later)
    of.row.code = how.why.code();
  book_.note_runtime(of.row.lane, std::max(microseconds{0}, at.steady - of.live_since));
  if (row->on == job_event::unreachable && !is_final(row->to) && of.row.attempts > 0)
    --of.row.attempts; // it did not begin
  // The rest is charged again when it goes on. A try costs something even without progress, or its lane would always be
  // next, also when it has just given way.
  const auto done = std::max<std::uint64_t>(wanted - work_left(of), 1);
  const bool uncharged = std::exchange(of.charged, false) && !is_final(row->to)
                         && !lanes_.give_back(of.row.lane, of.band, std::max(wanted, done) - done);
  end_loan(job);
  auto what = apply(job, of, *row, at);
  if (uncharged && waits_in_lane(of.row.phase))
    lanes_.charge(of.row.lane, of.band, done);
  if (row->from != job_phase::cancelling && !how.why.details().empty())
    what.why = how.why.details();
  if (row->on == job_event::retry_later && !what.ended) {
    tried.code = how.why.code();
    tried.details = how.why.details();
    what.attempt = std::move(tried);
  }
  review(of.row.lane);
  return what;
}

std::optional<change> schedule::park(job_sequence job, epoch_number epoch, const attempt_end& how, moment at) {
  auto what = end_attempt(job, epoch, how, at);
  if (!what)
    return what;
  leave_slot(job);
  end_loan(job);
  if (what->ended) {
    what->end_parked = true;
  } else {
    entries_.at(job).has_parked = true;
    ++parked_;
  }
  return what;
}

std::optional<change> schedule::attempt_gone(job_sequence job, epoch_number epoch, moment at) {
  if (const auto held = holding_.find(job); held != holding_.end() && held->second == epoch)
    leave_slot(job);
  const auto found = entries_.find(job);
  if (found == entries_.end() || found->second.row.epoch == epoch)
    end_loan(job);
  if (found == entries_.end() || found->second.row.epoch != epoch)
    return std::nullopt;
  drop_parked(found->second);
  if (!is_live(found->second.row.phase))
    return std::nullopt;
  return end_attempt(job, epoch,
                     {.event = job_event::failed,
                      .why = error{error_code::internal_error, "The job ended unexpectedly"},
                      .cursor = found->second.row.cursor,
                      .failed_items = found->second.row.failed_items},
                     at);
}

std::optional<change> schedule::client_gone(job_sequence job, moment at) {
  const auto found = entries_.find(job);
  if (found == entries_.end() || !found->second.row.streamed || !found->second.on_disk)
    return std::nullopt;
  auto& of = found->second;
  if (!waits_in_lane(of.row.phase) && of.row.phase != job_phase::paused)
    return std::nullopt;
  of.row.code = error_code::network_protocol;
  auto what = apply(job, of, *next(of.row.phase, job_event::failed), at);
  what.end_parked = drop_parked(of);
  what.why = "The client went away";
  return what;
}

void schedule::lend_slot(job_sequence job, epoch_number epoch, bool silent) {
  const auto held = holding_.find(job);
  if (held == holding_.end() || held->second != epoch)
    return;
  auto& of = entries_.at(job);
  if (std::exchange(of.asked_to_give_way, false)) // it did, as far as it can: another one may be asked
    --giving_way_;
  if (lent_.size() >= lent_slots_max)
    return;
  leave_slot(job);
  if (!is_live(of.row.phase))
    return;
  lent_.emplace(job, silent ? std::optional(of.row.lane) : std::nullopt);
  if (silent) {
    book_.fell_silent(of.row.lane);
    review(of.row.lane);
  }
}

void schedule::take_slot_back(job_sequence job, epoch_number epoch) {
  const auto found = entries_.find(job);
  if (found == entries_.end() || found->second.row.epoch != epoch || !is_live(found->second.row.phase))
    return;
  end_loan(job);
  take_slot(job, found->second);
}

void schedule::end_loan(job_sequence job) {
  const auto loan = lent_.extract(job);
  if (loan && loan.mapped())
    book_.answered(*loan.mapped()); // what follows each end of a loan looks at the lane
}

void schedule::settle(job_sequence job) {
  const auto found = entries_.find(job);
  if (found == entries_.end() || found->second.unsettled == 0)
    return;
  --found->second.unsettled;
  --unsettled_;
  release(job);
}

void schedule::release(job_sequence job) {
  const auto found = entries_.find(job);
  if (found != entries_.end() && is_final(found->second.row.phase) && found->second.unsettled == 0)
    erase(found);
}

void schedule::forget(job_sequence job) {
  const auto found = entries_.find(job);
  if (found == entries_.end())
    return;
  dequeue(job, found->second);
  unsettled_ -= found->second.unsettled;
  erase(found);
}

void schedule::erase(entries::iterator of) {
  leave_slot(of->first);
  end_loan(of->first);
  drop_parked(of->second);
  if (of->second.asked_to_give_way)
    --giving_way_;
  const auto lane = of->second.row.lane;
  entries_.erase(of);
  book_.leave(lane);
  review(lane);
}

// -- what is known ----------------------------------------------------------------------------------------------------

std::optional<job_phase> schedule::phase_of(job_sequence job) const {
  const auto found = entries_.find(job);
  return found == entries_.end() ? std::nullopt : std::optional(found->second.row.phase);
}

std::optional<job_row> schedule::find(job_sequence job) const {
  const auto found = entries_.find(job);
  return found == entries_.end() ? std::nullopt : std::optional(unpack(job, found->second));
}

std::vector<job_sequence> schedule::holders(const std::string& lane, std::size_t most) const {
  std::vector<job_sequence> found;
  const auto add = [&](job_sequence job) {
    if (found.size() < most && (lane.empty() || book_.name(entries_.at(job).row.lane) == lane))
      found.push_back(job);
  };
  for (const auto& [job, epoch] : holding_)
    add(job);
  if (!lane.empty())
    for (const auto& [job, silent] : lent_)
      add(job);
  return found;
}

// -- inside -----------------------------------------------------------------------------------------------------------

// The only place that changes a job's phase.
change schedule::apply(job_sequence job, entry& of, const transition& row, moment at) {
  dequeue(job, of);
  const bool was_live = is_live(of.row.phase);
  const bool live = is_live(row.to);
  if (row.from == job_phase::retry || !(waits_for_time(row.to) || row.to == job_phase::paused))
    of.row.not_before = time_point{};
  if (was_live && !live) {
    of.row.runtime += std::max(microseconds{0}, at.steady - of.live_since);
    if (std::exchange(of.asked_to_give_way, false))
      --giving_way_;
  }
  if (!was_live && live)
    of.live_since = at.steady;
  of.row.phase = row.to;
  of.row.changed = at.wall;
  const bool ended = is_final(row.to) && !is_final(row.from);
  if (ended) {
    ++of.unsettled;
    ++unsettled_;
  }
  enqueue(job, of, at);
  return change{.row = unpack(job, of), .when = row.when, .ended = ended};
}

void schedule::enqueue(job_sequence job, entry& of, moment at) {
  if (waits_in_lane(of.row.phase)) {
    if (!of.on_disk)
      return;
    of.band = of.row.priority;
    review(of.row.lane);
    lanes_.push(place_of(job, of));
    if (limits_.ageing.count() > 0) {
      of.live_since = at.steady + limits_.ageing;
      promotions_.emplace(of.live_since, job);
    }
    if (book_.is_open(of.row.lane) && of.row.max_retries == 0)
      book_.hasten_probe(of.row.lane, at);
  } else if (waits_for_time(of.row.phase)) {
    if (of.on_disk)
      timed_.emplace(of.row.not_before, job);
  } else if (of.row.phase == job_phase::paused) {
    ++paused_;
  }
}

void schedule::dequeue(job_sequence job, entry& of) {
  if (waits_in_lane(of.row.phase)) {
    lanes_.erase(place_of(job, of));
    promotions_.erase({of.live_since, job});
  } else if (waits_for_time(of.row.phase))
    timed_.erase({of.row.not_before, job});
  else if (of.row.phase == job_phase::paused)
    --paused_;
}

void schedule::take_slot(job_sequence job, const entry& of) {
  if (holding_.insert_or_assign(job, of.row.epoch).second) // or it takes over that of an attempt that has ended
    book_.job_started(of.row.lane);
  review(of.row.lane);
}

bool schedule::drop_parked(entry& of) {
  if (!std::exchange(of.has_parked, false))
    return false;
  --parked_;
  return true;
}

void schedule::leave_slot(job_sequence job) {
  if (holding_.erase(job) == 0)
    return;
  const auto lane = entries_.at(job).row.lane;
  book_.job_stopped(lane);
  review(lane);
}

// Only lanes whose jobs may start take part in the order.
void schedule::review(lane_number lane) {
  if (book_.contains(lane) && book_.held_by(lane) != hold::nothing)
    lanes_.hold(lane);
  else
    lanes_.free(lane);
}

std::uint64_t schedule::work_left(const entry& of) {
  return of.row.steps_total - std::min(of.row.cursor, of.row.steps_total);
}

} // namespace troupe
