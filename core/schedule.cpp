#include "core/schedule.hpp"

#include <algorithm>

namespace troupe {

namespace {

constexpr std::uint32_t crashes_allowed = 3;
constexpr std::size_t lent_slots_max = 256;

std::string refusal(job_phase phase, job_action action) {
  return "A job in state " + std::string(to_text(shown_as(phase))) + " cannot be asked to "
         + std::string(to_text(action));
}

} // namespace

schedule::schedule(std::uint32_t boot, std::size_t slots, std::size_t unsettled)
  : boot_(boot),
    slots_(slots),
    unsettled_max_(unsettled) {}

void schedule::add(job_row row) {
  const auto job = row.sequence;
  entries_.insert_or_assign(job, entry{.row = std::move(row)});
}

void schedule::adopt(job_row row) {
  const auto job = row.sequence;
  entries_.try_emplace(job, entry{.row = std::move(row), .on_disk = true});
}

change schedule::recover(job_row row, bool clean, moment at) {
  const auto job = row.sequence;
  auto& of = entries_.insert_or_assign(job, entry{.row = std::move(row), .live_since = at.steady, .on_disk = true})
               .first->second;
  const bool was_live = is_live(of.row.phase);
  if (was_live)
    of.row.crashes = clean ? 0 : of.row.crashes + 1;
  change what{.row = of.row};
  if (was_live)
    what = apply(of, *next(of.row.phase, job_event::interrupted), at);
  else
    enqueue(of);
  std::optional<std::string> hopeless;
  if (of.row.streamed)
    hopeless = "The client that was downloading is gone since the server was restarted";
  else if (of.row.crashes >= crashes_allowed)
    hopeless = "The server died " + std::to_string(of.row.crashes) + " times in a row while the job was running";
  if (hopeless && !is_final(of.row.phase)) {
    of.row.code = of.row.streamed ? error_code::network_protocol : error_code::internal_error;
    if (of.row.phase == job_phase::retry)
      apply(of, *next(job_phase::retry, job_event::pause), at);
    what = apply(of, *next(of.row.phase, job_event::failed), at);
    what.why = std::move(hopeless);
  }
  if (was_live && what.when == durable::next_batch)
    what.when = durable::before_reply; // a crash that is not counted could repeat for ever
  return what;
}

void schedule::written(job_sequence job) {
  const auto found = entries_.find(job);
  if (found == entries_.end() || found->second.on_disk)
    return;
  found->second.on_disk = true;
  enqueue(found->second);
}

result<change> schedule::control(job_sequence job, job_action action, moment at) {
  const auto found = entries_.find(job);
  if (found == entries_.end())
    return error{error_code::unknown_resource, "No such job"};
  auto& of = found->second;
  const auto before = of.row.phase;
  const auto* row = next(before, event_of(action));
  if (row == nullptr || !of.on_disk)
    return error{error_code::bad_request, refusal(before, action)};
  if (row->when == durable::nothing)
    return change{.row = of.row};
  if (row->on == job_event::cancel && row->to == job_phase::failure)
    of.row.code = error_code::canceled_job;
  const bool restart = row->on == job_event::resubmit;
  if (restart) {
    of.row.code = error_code::success;
    of.row.cursor = of.row.failed_items = of.row.crashes = 0;
    of.row.runtime = microseconds{0};
    of.row.completed.reset();
    of.row.streamed = false; // its client is gone: this time the output is kept
  }
  const bool had_parked = of.has_parked;
  auto what = apply(of, *row, at);
  what.restart = restart;
  what.stop_attempt = is_live(before) && (row->to == job_phase::pausing || row->to == job_phase::cancelling);
  what.end_parked = had_parked && what.ended;
  return what;
}

std::optional<change> schedule::end_attempt(job_sequence job, epoch_number epoch, const attempt_end& how, moment at) {
  const auto found = entries_.find(job);
  if (found == entries_.end() || found->second.row.epoch != epoch || !is_live(found->second.row.phase))
    return std::nullopt;
  auto& of = found->second;
  of.row.cursor = std::max(of.row.cursor, how.cursor);
  of.row.failed_items = how.failed_items;
  if (how.event != job_event::interrupted)
    of.row.crashes = 0;
  const auto* row = next(of.row.phase, how.event);
  if (row->to == job_phase::retry)
    of.row.not_before = at.wall + how.delay;
  if (row->from == job_phase::cancelling)
    of.row.code = error_code::canceled_job;
  else if (row->to == job_phase::failure || row->to == job_phase::retry)
    of.row.code = how.why.code();
  auto what = apply(of, *row, at);
  if (row->from != job_phase::cancelling && !how.why.details().empty())
    what.why = how.why.details();
  return what;
}

std::optional<change> schedule::park(job_sequence job, epoch_number epoch, const attempt_end& how, moment at) {
  auto what = end_attempt(job, epoch, how, at);
  if (!what)
    return what;
  holding_.erase(job);
  lent_.erase(job);
  if (what->ended)
    what->end_parked = true;
  else
    entries_.at(job).has_parked = true;
  return what;
}

std::optional<change> schedule::attempt_gone(job_sequence job, epoch_number epoch, moment at) {
  if (const auto held = holding_.find(job); held != holding_.end() && held->second == epoch)
    holding_.erase(held);
  const auto found = entries_.find(job);
  if (found == entries_.end() || found->second.row.epoch == epoch)
    lent_.erase(job);
  if (found == entries_.end() || found->second.row.epoch != epoch)
    return std::nullopt;
  found->second.has_parked = false;
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
  if (of.row.phase != job_phase::pending && of.row.phase != job_phase::paused)
    return std::nullopt;
  of.row.code = error_code::network_protocol;
  const bool had_parked = of.has_parked;
  auto what = apply(of, *next(of.row.phase, job_event::failed), at);
  what.end_parked = had_parked;
  what.why = "The client went away";
  return what;
}

void schedule::lend_slot(job_sequence job, epoch_number epoch) {
  const auto held = holding_.find(job);
  if (held == holding_.end() || held->second != epoch || lent_.size() >= lent_slots_max)
    return;
  holding_.erase(held);
  lent_.insert(job);
}

void schedule::take_slot_back(job_sequence job, epoch_number epoch) {
  const auto found = entries_.find(job);
  lent_.erase(job);
  if (found != entries_.end() && found->second.row.epoch == epoch && is_live(found->second.row.phase))
    holding_.emplace(job, epoch);
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
    entries_.erase(found);
}

void schedule::forget(job_sequence job) {
  const auto found = entries_.find(job);
  if (found == entries_.end())
    return;
  dequeue(found->second);
  unsettled_ -= found->second.unsettled;
  entries_.erase(found);
}

std::optional<started> schedule::start_next(moment at) {
  if (closed_ || holding_.size() >= slots_ || unsettled_ >= unsettled_max_)
    return std::nullopt;
  const auto job = lanes_.pop();
  if (!job)
    return std::nullopt;
  auto& of = entries_.at(*job);
  const bool parked = of.has_parked;
  of.has_parked = false;
  if (!parked) {
    of.row.epoch = (epoch_number{boot_} << 32) | ++starts_;
    ++of.row.attempts;
  }
  of.row.code = error_code::success;
  apply(of, *next(of.row.phase, job_event::start), at);
  holding_.emplace(*job, of.row.epoch);
  return started{of.row, parked};
}

std::optional<change> schedule::next_due(moment at) {
  if (closed_ || retries_.empty() || retries_.begin()->first > at.wall)
    return std::nullopt;
  auto& of = entries_.at(retries_.begin()->second);
  return apply(of, *next(job_phase::retry, job_event::due), at);
}

std::optional<time_point> schedule::due_at() const {
  return retries_.empty() ? std::nullopt : std::optional(retries_.begin()->first);
}

const job_row* schedule::find(job_sequence job) const {
  const auto found = entries_.find(job);
  return found == entries_.end() ? nullptr : &found->second.row;
}

// The only place that changes a job's phase.
change schedule::apply(entry& of, const transition& row, moment at) {
  dequeue(of);
  const bool was_live = is_live(of.row.phase);
  const bool live = is_live(row.to);
  if (was_live && !live)
    of.row.runtime += std::max(microseconds{0}, at.steady - of.live_since);
  if (!was_live && live)
    of.live_since = at.steady;
  of.row.phase = row.to;
  of.row.changed = at.wall;
  if (row.to != job_phase::retry)
    of.row.not_before.reset();
  const bool ended = is_final(row.to) && !is_final(row.from);
  if (ended) {
    of.row.completed = at.wall;
    ++of.unsettled;
    ++unsettled_;
  }
  enqueue(of);
  return change{.row = of.row, .when = row.when, .ended = ended};
}

void schedule::enqueue(const entry& of) {
  switch (of.row.phase) {
  case job_phase::pending:
    if (of.on_disk)
      lanes_.push(of.row.sequence, of.row.lane, of.row.priority,
                  of.row.steps_total - std::min(of.row.cursor, of.row.steps_total));
    break;
  case job_phase::retry:
    retries_.emplace(of.row.not_before.value_or(time_point{}), of.row.sequence);
    break;
  case job_phase::paused:
    ++paused_;
    break;
  default:
    break;
  }
}

void schedule::dequeue(const entry& of) {
  switch (of.row.phase) {
  case job_phase::pending:
    lanes_.erase(of.row.sequence);
    break;
  case job_phase::retry:
    retries_.erase({of.row.not_before.value_or(time_point{}), of.row.sequence});
    break;
  case job_phase::paused:
    --paused_;
    break;
  default:
    break;
  }
}

} // namespace troupe
