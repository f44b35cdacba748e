#include "actors/scheduler.hpp"
#include "actors/step_thread.hpp"
#include "core/crash_point.hpp"
#include "core/log.hpp"
#include "core/output_stream.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace troupe {

namespace {

constexpr microseconds rewrite_pause = std::chrono::seconds{1};
constexpr microseconds timer_max = std::chrono::seconds{10}; // the wall clock may be set meanwhile

} // namespace

// Behind everything that changes who waits or runs.
void scheduler_state::dispatch() {
  if (!recovering_)
    while (const auto next = schedule_.start_next(now()))
      begin_attempt(*next);
  if (!blocked_.empty())
    admit_blocked();
  publish();
  arm_timer();
}

// Nobody waits for the start to be on disk, but for that of a job that may have killed the server before: it must be
// counted.
void scheduler_state::begin_attempt(const started& next) {
  const auto& row = next.row;
  pass(crash_point::attempt_begun);
  auto what = std::make_shared<batch>();
  what->mutations.emplace_back(persistence::update_job{.row = row});
  parts_->live.set({.sequence = row.sequence,
                    .epoch = row.epoch,
                    .phase = row.phase,
                    .started = row.changed,
                    .runtime_before = row.runtime,
                    .attempts = row.attempts,
                    .steps_done = row.cursor,
                    .steps_total = row.steps_total,
                    .failed_items = row.failed_items,
                    .content = {}});
  const bool careful = row.sequence <= careful_until_ && !next.parked;
  write(
    std::move(what),
    [this, job = row.sequence, id = row.id,
     next = careful ? std::optional(next) : std::nullopt](const persistence::commit_answer& answer) {
      if (!answer)
        log(log_level::warning, "jobs", "The start of a job was not written: " + answer.error().details());
      if (next)
        spawn_attempt(*next);
      // If it has ended meanwhile, its end was written with this, or is on its way: that is what there is to tell.
      if (const auto phase = schedule_.phase_of(job); phase && is_live(*phase))
        tell_of_change(job, id);
    },
    !careful);
  if (!careful)
    spawn_attempt(next);
}

void scheduler_state::spawn_attempt(const started& next) {
  const auto& row = next.row;
  if (next.parked) {
    self_->send(attempts_.at(attempt_of_.at(row.sequence)).handle, resume_work{});
    return;
  }
  if (closing_) { // it has not begun
    schedule_.end_attempt(row.sequence, row.epoch,
                          {.event = job_event::interrupted, .cursor = row.cursor, .failed_items = row.failed_items},
                          now());
    schedule_.attempt_gone(row.sequence, row.epoch, now());
    return;
  }
  const auto type = parts_->types.find(row.type);
  if (type == parts_->types.end()) {
    fail_unknown_type(row);
    return;
  }
  const auto stream = streams_.find(row.sequence);
  auto order = std::make_shared<attempt_order>();
  order->shared->row = row;
  order->shared->stream = stream == streams_.end() ? nullptr : stream->second;
  order->shared->outputs_directory = parts_->database.outputs_directory();
  order->scheduler = self_;
  order->store = store_;
  // It has nothing to do before its work is made.
  auto handle = self_->spawn<caf::monitored + caf::lazy_init>(job, parts_, order);
  parts_->cpu.post(make_work_on_thread(*parts_, type->second, order->shared, handle));
  const auto address = handle.address();
  attempt_of_[row.sequence] = address;
  attempts_.emplace(address, attempt{row.sequence, row.epoch, std::move(handle)});
  // A cancel or pause may have come while the start was being written.
  if (const auto phase = schedule_.phase_of(row.sequence); phase && *phase != job_phase::running && is_live(*phase))
    stop_attempt(row.sequence, job_event::stopped);
}

void scheduler_state::fail_unknown_type(const job_row& row) {
  auto what =
    schedule_.end_attempt(row.sequence, row.epoch,
                          {.event = job_event::failed,
                           .why = error{error_code::not_implemented, "This server does not know the type of the job"},
                           .cursor = row.cursor,
                           .failed_items = row.failed_items},
                          now());
  schedule_.attempt_gone(row.sequence, row.epoch, now());
  perform(std::move(*what), {}, {});
}

void scheduler_state::stop_attempt(job_sequence job, job_event as) {
  if (const auto found = attempt_of_.find(job); found != attempt_of_.end())
    self_->send(attempts_.at(found->second).handle, stop_work{as, schedule_.may_park()});
}

// Tells the attempt what a change means for it.
void scheduler_state::act_on(const change& what) {
  if (what.stop_attempt)
    stop_attempt(what.row.sequence, job_event::stopped);
  if (what.end_parked)
    stop_attempt(what.row.sequence, job_event::interrupted);
}

void scheduler_state::take_report(attempt_report& report) {
  const auto& [sequence, epoch] = std::pair{report.sequence, report.epoch};
  pass(crash_point::attempt_reported);
  auto what = report.parked ? schedule_.park(sequence, epoch, report.how, now())
                            : schedule_.end_attempt(sequence, epoch, report.how, now());
  if (!what) {
    parts_->measured.stale_reports.add();
    return;
  }
  act_on(*what);
  perform(std::move(*what), {std::move(report.content), std::move(report.outputs)}, {});
}

void scheduler_state::end_abandoned(const client_gone& gone) {
  auto what = schedule_.client_gone(gone.sequence, now());
  if (!what)
    return;
  act_on(*what);
  perform(std::move(*what), {}, {});
}

void scheduler_state::take_slot_report(const slot_report& report) {
  if (report.lent)
    schedule_.lend_slot(report.sequence, report.epoch, report.silent);
  else
    schedule_.take_slot_back(report.sequence, report.epoch);
  dispatch();
}

void scheduler_state::attempt_down(const caf::down_msg& gone) {
  const auto node = attempts_.extract(gone.source);
  if (!node)
    return;
  const auto& [sequence, epoch, handle] = node.mapped();
  if (const auto current = attempt_of_.find(sequence); current != attempt_of_.end() && current->second == gone.source)
    attempt_of_.erase(current);
  if (auto what = schedule_.attempt_gone(sequence, epoch, now())) {
    log(log_level::error, "jobs", "An attempt ended without a report, job " + what->row.id.text);
    perform(std::move(*what), {}, {});
  }
  dispatch();
  if (attempts_.empty() && drained_)
    std::exchange(drained_, {})();
}

// One timer for everything that has a time. One that is set for later than needed stays and does no harm.
void scheduler_state::arm_timer() {
  const auto at = now();
  auto wait = schedule_.idle_for(at);
  const auto consider = [&wait](microseconds other) { wait = std::min(wait.value_or(other), other); };
  if (!unwritten_.empty())
    consider(rewrite_pause);
  if (const auto deadline = waiters_.first_deadline())
    consider(*deadline - at.steady);
  if (blocked_until_)
    consider(*blocked_until_ - at.steady);
  if (!wait)
    return;
  const auto delay = std::clamp(*wait, microseconds{1000}, timer_max);
  if (timer_at_ && *timer_at_ > at.steady && *timer_at_ <= at.steady + delay)
    return;
  timer_at_ = at.steady + delay;
  self_->delayed_send(self_, std::chrono::ceil<std::chrono::milliseconds>(delay), look_again{});
}

void scheduler_state::look() {
  const auto at = now();
  if (timer_at_ && *timer_at_ <= at.steady)
    timer_at_.reset();
  for (const auto& again : std::exchange(unwritten_, {}))
    again();
  while (auto due = schedule_.next_due(at))
    perform(std::move(*due), {}, {});
  schedule_.age(at);
  if (const auto job = schedule_.next_to_give_way(at))
    stop_attempt(*job, job_event::gave_way);
  while (const auto expired = waiters_.take_expired(at.steady))
    expired->tell(describe({schedule_.find(expired->job)->id}));
  give_up_blocked(at);
  start_probes(at);
  dispatch();
}

void scheduler_state::drain_jobs(std::function<void()> drained) {
  closing_ = true;
  schedule_.close();
  give_up_blocked(now());
  for (const auto& [address, running] : attempts_)
    self_->send(running.handle, stop_work{job_event::interrupted, false});
  for (const auto& [job, stream] : streams_)
    stream->finish(error{error_code::database_unavailable, "The server is stopping"});
  if (attempts_.empty())
    drained();
  else
    drained_ = std::move(drained);
}

} // namespace troupe
