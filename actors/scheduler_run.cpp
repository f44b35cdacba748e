#include "actors/scheduler.hpp"
#include "core/log.hpp"
#include "core/output_stream.hpp"
#include "persistence/job_view.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace troupe {

void scheduler_state::dispatch() {
  if (!recovering_)
    while (const auto next = schedule_.start_next(now()))
      begin_attempt(*next);
  publish();
}

void scheduler_state::begin_attempt(const started& next) {
  const auto& row = next.row;
  auto what = std::make_shared<batch>();
  what->mutations.emplace_back(persistence::update_job{.row = row});
  const auto written = [](const persistence::commit_answer& answer) {
    if (!answer)
      log(log_level::warning, "jobs", "The start of a job was not written: " + answer.error().details());
  };
  self_->send<caf::message_priority::high>(store_, persist_for{std::move(what), written});
  parts_->live.set({.sequence = row.sequence,
                    .epoch = row.epoch,
                    .phase = row.phase,
                    .started = row.changed,
                    .attempts = row.attempts,
                    .steps_done = row.cursor,
                    .steps_total = row.steps_total,
                    .failed_items = row.failed_items,
                    .content = {}});
  if (next.parked) {
    self_->send(attempts_.at(attempt_of_.at(row.sequence)).handle, resume_work{});
    return;
  }
  if (!parts_->types.contains(row.type)) {
    fail_unknown_type(row);
    return;
  }
  const auto stream = streams_.find(row.sequence);
  auto order = std::make_shared<attempt_order>(
    attempt_order{row, stream == streams_.end() ? nullptr : stream->second, inner_scheduler_actor{self_}, store_});
  auto handle = self_->spawn<caf::monitored>(job, parts_, std::move(order));
  const auto address = handle.address();
  attempt_of_[row.sequence] = address;
  attempts_.emplace(address, attempt{row.sequence, row.epoch, std::move(handle)});
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
    self_->send(attempts_.at(found->second).handle, stop_work{as});
}

void scheduler_state::take_report(attempt_report& report) {
  const auto& [sequence, epoch] = std::pair{report.sequence, report.epoch};
  auto what = report.parked ? schedule_.park(sequence, epoch, report.how, now())
                            : schedule_.end_attempt(sequence, epoch, report.how, now());
  if (!what) {
    parts_->measured.stale_reports.add();
    return;
  }
  if (what->end_parked)
    stop_attempt(sequence, job_event::interrupted);
  perform(std::move(*what), {std::move(report.content), std::move(report.outputs)}, {});
}

void scheduler_state::end_abandoned(const client_gone& gone) {
  auto what = schedule_.client_gone(gone.sequence, now());
  if (!what)
    return;
  if (what->end_parked)
    stop_attempt(gone.sequence, job_event::interrupted);
  perform(std::move(*what), {}, {});
}

void scheduler_state::take_slot_report(const slot_report& report) {
  if (report.lent)
    schedule_.lend_slot(report.sequence, report.epoch);
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

std::shared_ptr<batch> scheduler_state::batch_of(const change& what, const persistence::job_result& how,
                                                 leavings left) const {
  auto writes = std::make_shared<batch>();
  const bool outputs_added = !left.outputs.empty();
  persistence::update_job update{.row = what.row, .restart = what.restart};
  if (!what.restart && (!how.error_details.empty() || how.content))
    update.result = how;
  update.outputs = std::move(left.outputs);
  writes->mutations.emplace_back(std::move(update));
  if (what.ended)
    writes->mutations.emplace_back(
      persistence::trim_history{.keep = static_cast<std::uint64_t>(parts_->settings.jobs_history_size())});
  if (const auto keep = parts_->settings.media_archive_size(); keep > 0 && outputs_added)
    writes->mutations.emplace_back(persistence::trim_outputs{static_cast<std::uint64_t>(keep)});
  return writes;
}

// Writes what a change asks for, then tells those who wait: the client that asked, and those who wait for the job's
// end.
void scheduler_state::perform(change what, leavings left, const told& answer) {
  const auto job = what.row.sequence;
  const persistence::job_result how{what.why.value_or(""), left.content};
  if (what.when == durable::nothing) {
    // Nothing changes, but what brought the job here may still be on its way to the disk: answered behind that.
    if (answer && schedule_.find(job) != nullptr)
      write(std::make_shared<batch>(), [this, answer, id = what.row.id](const persistence::commit_answer& done) {
        answer(done ? describe({id}) : result<job_record>(done.error()));
      });
    else if (answer)
      answer(describe({what.row.id}));
    return;
  }
  if (is_live(what.row.phase))
    parts_->live.set_phase(job, what.row.phase);
  std::optional<job_record> seen; // now: the history may not keep the job
  if (answer || what.ended)
    seen = persistence::view_changed_job(
      what.row, persistence::load_spec_head(parts_->database.read(), job).value_or(persistence::job_spec{}), how);
  auto writes = batch_of(what, how, std::move(left));
  auto attempt_to_write = std::make_shared<std::function<void()>>();
  *attempt_to_write = [this, what, writes, answer, seen, job, attempt_to_write] {
    write(writes, [this, what, answer, seen, job, attempt_to_write](const persistence::commit_answer& done) {
      if (!done && what.ended && !closing_) {
        unwritten_.push_back(*attempt_to_write); // the end of a job is never given up
        arm_timer();
        return;
      }
      if (done && !std::get<persistence::applied>(done->front()).effective) { // the history let it go meanwhile
        schedule_.forget(job);
        if (answer)
          answer(error{error_code::bad_request, "There is no job with that name"});
        *attempt_to_write = {};
        return;
      }
      if (done && !is_live(what.row.phase))
        if (const auto* current = schedule_.find(job); current == nullptr || !is_live(current->phase))
          parts_->live.erase(job);
      if (done && what.ended)
        finish(what, *seen);
      if (answer)
        answer(done ? result<job_record>(*seen) : result<job_record>(done.error()));
      *attempt_to_write = {};
      dispatch();
    });
  };
  (*attempt_to_write)();
  if (schedule_.due_at())
    arm_timer();
  dispatch();
}

void scheduler_state::finish(const change& what, const job_record& seen) {
  const auto job = what.row.sequence;
  auto& measured = parts_->measured;
  measured.jobs_total_completed.add();
  (what.row.phase == job_phase::success ? measured.jobs_total_success : measured.jobs_total_failed).add();
  if (const auto stream = streams_.find(job); stream != streams_.end()) {
    stream->second->finish(what.row.code == error_code::success ? error{error_code::success}
                                                                : error{what.row.code, what.why.value_or("")});
    streams_.erase(stream);
  }
  if (auto waiting = waiters_.extract(job))
    for (const auto& tell : waiting.mapped())
      tell(seen);
  schedule_.settle(job);
}

void scheduler_state::arm_timer() {
  if (timer_set_)
    return;
  timer_set_ = true;
  std::chrono::milliseconds delay{1000};
  if (const auto due = schedule_.due_at(); due && unwritten_.empty())
    delay = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(*due - parts_->time.now()),
                       std::chrono::milliseconds{1}, std::chrono::milliseconds{1000});
  self_->delayed_send(self_, delay, look_again{});
}

void scheduler_state::look() {
  timer_set_ = false;
  for (const auto& again : std::exchange(unwritten_, {}))
    again();
  while (auto due = schedule_.next_due(now()))
    perform(std::move(*due), {}, {});
  if (schedule_.due_at() || !unwritten_.empty())
    arm_timer();
  dispatch();
}

void scheduler_state::drain_jobs(std::function<void()> drained) {
  closing_ = true;
  schedule_.close();
  for (const auto& [address, running] : attempts_)
    self_->send(running.handle, stop_work{job_event::interrupted});
  for (const auto& [job, stream] : streams_)
    stream->finish(error{error_code::database_unavailable, "The server is stopping"});
  if (attempts_.empty())
    drained();
  else
    drained_ = std::move(drained);
}

} // namespace troupe
