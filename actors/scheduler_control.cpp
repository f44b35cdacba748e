#include "actors/scheduler.hpp"
#include "persistence/job_view.hpp"

namespace troupe {

namespace {

error unknown_job(error_code code) {
  return {code, "There is no job with that name"};
}

} // namespace

void scheduler_state::control(const control_job& asked, told answer) {
  const auto row = row_on_disk(asked.id);
  if (!row || deleting_.contains(row->sequence)) {
    answer(unknown_job(error_code::bad_request));
    return;
  }
  const auto job = row->sequence;
  if (schedule_.find(job) == nullptr)
    schedule_.adopt(*row);
  auto what = schedule_.control(job, asked.action, now());
  if (!what) {
    schedule_.release(job);
    answer(what.error());
    return;
  }
  if (what->when == durable::nothing)
    schedule_.release(job);
  if (what->stop_attempt)
    stop_attempt(job, job_event::stopped);
  if (what->end_parked)
    stop_attempt(job, job_event::interrupted);
  perform(std::move(*what), {}, answer);
}

void scheduler_state::watch(const watch_job& asked, told answer) {
  const auto row = row_on_disk(asked.id);
  if (!row)
    answer(unknown_job(error_code::inexistent_item));
  else if (schedule_.find(row->sequence) != nullptr)
    waiters_[row->sequence].push_back(std::move(answer));
  else
    answer(describe({asked.id}));
}

result<job_record> scheduler_state::describe(const describe_job& asked) const {
  const auto row = row_on_disk(asked.id);
  if (!row)
    return unknown_job(error_code::unknown_resource);
  const auto live = parts_->live.find(row->sequence);
  const auto from = parts_->database.read();
  return persistence::view_job(from, *row, live, parts_->time.now());
}

void scheduler_state::remove(const delete_job& asked, told answer) {
  const auto row = row_on_disk(asked.id);
  if (!row || !is_final(row->phase) || deleting_.contains(row->sequence) || schedule_.find(row->sequence) != nullptr) {
    answer(row ? error{error_code::inexistent_item, "The job has not finished"}
               : unknown_job(error_code::inexistent_item));
    return;
  }
  auto seen = describe({asked.id});
  auto what = std::make_shared<batch>();
  what->mutations.emplace_back(persistence::remove_job{row->sequence});
  deleting_.insert(row->sequence);
  write(std::move(what), [this, job = row->sequence, answer = std::move(answer),
                          seen = std::move(seen)](const persistence::commit_answer& done) {
    deleting_.erase(job);
    if (done)
      answer(seen);
    else
      answer(done.error());
  });
}

} // namespace troupe
