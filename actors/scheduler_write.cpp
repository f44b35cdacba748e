#include "actors/scheduler.hpp"
#include "core/crash_point.hpp"
#include "core/log.hpp"
#include "core/output_stream.hpp"
#include "persistence/job_view.hpp"

#include <utility>

namespace troupe {

// Writes what a change asks for, then tells those who wait: the client that asked, and those who wait for the job's
// end.
void scheduler_state::perform(change what, leavings left, const told& answer) {
  if (what.when == durable::nothing) {
    answer_unchanged(what, answer);
    return;
  }
  auto writes = std::make_shared<batch>();
  const bool outputs_added = !left.outputs.empty();
  auto pending = std::make_shared<pending_write>(prepare(std::move(what), std::move(left), answer, *writes));
  const auto& settings = parts_->settings;
  if (pending->change.ended)
    writes->mutations.emplace_back(
      persistence::trim_history{.keep = static_cast<std::uint64_t>(settings.jobs_history_size()), .at = now().wall});
  if (const auto keep = settings.media_archive_size(); keep > 0 && outputs_added)
    writes->mutations.emplace_back(persistence::trim_outputs{static_cast<std::uint64_t>(keep)});
  write_change(std::move(writes), std::move(pending));
  dispatch();
}

// Nothing changes, but what brought the job here may still be on its way to the disk: answered behind that.
void scheduler_state::answer_unchanged(const change& what, const told& answer) {
  if (!answer)
    return;
  if (!schedule_.contains(what.row.sequence)) {
    answer(describe({what.row.id}));
    return;
  }
  write(std::make_shared<batch>(), [this, answer, id = what.row.id](const persistence::commit_answer& done) {
    answer(done ? describe({id}) : result<job_record>(done.error()));
  });
}

scheduler_state::pending_write scheduler_state::prepare(change what, leavings left, const told& answer, batch& into) {
  const auto job = what.row.sequence;
  persistence::job_result how{what.why.value_or(""), std::move(left.content)};
  persistence::update_job update{.row = what.row, .restart = what.restart};
  const bool cancelled = what.ended && what.row.code == error_code::canceled_job; // nothing of a failure before it
  if (!what.restart && (cancelled || !how.error_details.empty() || how.content))
    update.result = how;
  update.outputs = std::move(left.outputs);
  update.attempt = what.attempt;
  if (what.restart && update.attempt)
    if (const auto before = persistence::load_result(parts_->database.read(), job))
      update.attempt->details = before->error_details;
  into.mutations.emplace_back(std::move(update));
  if (is_live(what.row.phase))
    parts_->live.set_phase(job, what.row.phase);
  pending_write pending{std::move(what), std::move(how), answer, std::nullopt};
  if (answer || (pending.change.ended && waiters_.contains(job))) {
    const auto from = parts_->database.read();
    auto shown = pending.how;
    if (!shown.content && !pending.change.restart)
      shown.content = persistence::load_result(from, job).value_or(persistence::job_result{}).content;
    pending.seen = persistence::view_changed_job(
      pending.change.row, persistence::load_spec_head(from, job).value_or(persistence::job_spec{}), shown);
  }
  return pending;
}

// What was decided is written in the end, whatever the disk says now: memory and disk must not disagree for long.
void scheduler_state::write_change(std::shared_ptr<const batch> writes, std::shared_ptr<pending_write> pending) {
  write(
    writes,
    [this, writes, pending](const persistence::commit_answer& done) {
      if (done) {
        change_written(*pending, std::get<persistence::applied>(done->front()).effective);
        return;
      }
      if (!pending->change.ended)
        if (const auto answer = std::exchange(pending->answer, {}))
          answer(done.error());
      log(log_level::error, "jobs",
          "A change of job " + pending->change.row.id.text + " was not written: " + done.error().details());
      if (!closing_)
        unwritten_.push_back([this, writes, pending] { write_change(writes, pending); });
    },
    nobody_waits_for(*pending));
}

// Under a backlog ends come one after the other: they share commits unless somebody wants to be told.
bool scheduler_state::nobody_waits_for(const pending_write& pending) const {
  const auto job = pending.change.row.sequence;
  return pending.change.ended && !pending.answer && !waiters_.contains(job) && !streams_.contains(job)
         && schedule_.waiting() > 0;
}

void scheduler_state::change_written(const pending_write& pending, bool effective) {
  const auto& row = pending.change.row;
  const auto job = row.sequence;
  if (!effective) { // the history let it go meanwhile
    schedule_.forget(job);
    const error gone{error_code::bad_request, "There is no job with that name"};
    for (const auto& tell : waiters_.take_all(job))
      tell(gone);
    if (const auto stream = streams_.extract(job))
      stream.mapped()->finish(gone);
    if (pending.answer)
      pending.answer(gone);
    return;
  }
  const auto now_in = schedule_.phase_of(job);
  if (!is_live(row.phase) && !(now_in && (is_live(*now_in) || *now_in == job_phase::yielded)))
    parts_->live.erase(job);
  if (pending.change.ended)
    finish(pending);
  else
    tell_of_change(job, row.id);
  if (pending.answer)
    pending.answer(*pending.seen);
}

void scheduler_state::tell_of_change(job_sequence job, const job_id& id) {
  if (!waiters_.contains(job))
    return;
  const auto seen = describe({id});
  if (seen)
    for (const auto& tell : waiters_.take_for_change(job, seen->changed))
      tell(seen);
}

void scheduler_state::finish(const pending_write& pending) {
  const auto& row = pending.change.row;
  const auto job = row.sequence;
  pass(crash_point::end_written);
  auto& measured = parts_->measured;
  measured.jobs_total_completed.add();
  (row.phase == job_phase::success ? measured.jobs_total_success : measured.jobs_total_failed).add();
  if (const auto stream = streams_.extract(job))
    stream.mapped()->finish(row.code == error_code::success ? error{error_code::success}
                                                            : error{row.code, pending.change.why.value_or("")});
  if (waiters_.contains(job)) {
    auto seen = pending.seen ? result<job_record>(*pending.seen) : describe({row.id});
    if (!seen) // the history has let it go
      seen = persistence::view_changed_job(row, {}, pending.how);
    for (const auto& tell : waiters_.take_all(job))
      tell(seen);
  }
  schedule_.settle(job);
}

} // namespace troupe
