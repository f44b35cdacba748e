#include "actors/scheduler.hpp"
#include "persistence/job_view.hpp"

#include <algorithm>

namespace troupe {

namespace {

constexpr std::size_t shown_holders_max = 16;

error unknown_job(error_code code) {
  return {code, "There is no job with that name"};
}

std::string text_of(const waiting_reason& reason) {
  switch (reason.held_by) {
  case hold::nothing:
    return "It runs, or has ended";
  case hold::slots:
    return "All slots are taken (ConcurrentJobs), or others are before it";
  case hold::lane_limit:
    return "The lane " + reason.lane + " runs as many jobs as it may";
  case hold::lane_paused:
    return "The lane " + reason.lane + " is paused";
  case hold::unreachable:
    return "The destination of the lane " + reason.lane + " takes no connections: " + reason.text;
  case hold::silent:
    return "The destination of the lane " + reason.lane + " keeps another job waiting";
  case hold::paused:
    return "It is paused";
  case hold::retry:
    return "It waits for the time of its next attempt";
  case hold::not_before:
    return "It waits for the time before which it shall not start";
  case hold::being_written:
    return "It is not on disk yet";
  }
  return {};
}

} // namespace

void scheduler_state::control(const control_job& asked, const told& answer) {
  const auto row = row_on_disk(asked.id);
  if (!row || deleting_.contains(row->sequence)) {
    answer(unknown_job(error_code::bad_request));
    return;
  }
  const auto job = row->sequence;
  schedule_.adopt(*row);
  auto what = schedule_.control(job, asked.action, now());
  if (!what || what->when == durable::nothing)
    schedule_.release(job);
  if (!what) {
    answer(what.error());
    return;
  }
  act_on(*what);
  perform(std::move(*what), {}, answer);
}

void scheduler_state::prioritize(const prioritize_job& asked, const told& answer) {
  const auto row = row_on_disk(asked.id);
  if (!row) {
    answer(unknown_job(error_code::bad_request));
    return;
  }
  if (!schedule_.contains(row->sequence)) {
    answer(error{error_code::bad_request, "The job has ended: its priority means nothing any more"});
    return;
  }
  auto what = schedule_.prioritize(row->sequence, asked.priority, now());
  if (what)
    perform(std::move(*what), {}, answer);
  else
    answer(what.error());
}

void scheduler_state::watch(const watch_job& asked, told answer) {
  const auto row = row_on_disk(asked.id);
  if (!row) {
    answer(unknown_job(error_code::inexistent_item));
    return;
  }
  const auto seen = describe({asked.id});
  const bool changed = asked.changed_after && seen && seen->changed > *asked.changed_after;
  if (!schedule_.contains(row->sequence) || changed) {
    answer(seen);
    return;
  }
  if (waiters_.is_full()) {
    answer(error{error_code::database_unavailable, "Too many clients wait for jobs"});
    return;
  }
  waiters_.add(row->sequence, std::move(answer),
               asked.patience ? std::optional(now().steady + *asked.patience) : std::nullopt, asked.changed_after);
  arm_timer();
}

result<job_record> scheduler_state::describe(const describe_job& asked) const {
  const auto row = row_on_disk(asked.id);
  if (!row)
    return unknown_job(error_code::unknown_resource);
  const auto live = parts_->live.find(row->sequence);
  const auto from = parts_->database.read();
  return persistence::view_job(from, *row, live, parts_->time.now());
}

result<job_explanation> scheduler_state::explain(const explain_job& asked) const {
  auto seen = describe({asked.id});
  if (!seen)
    return seen.error();
  const auto row = row_on_disk(asked.id);
  const auto at = now();
  const auto reason = schedule_.explain(row->sequence, at);
  job_explanation answer{.job = std::move(*seen),
                         .held_by = reason.held_by,
                         .text = text_of(reason),
                         .ahead = reason.ahead,
                         .ahead_is_floor = reason.ahead_is_floor,
                         .expected_start = {},
                         .running = {}};
  if (reason.expected_wait)
    answer.expected_start = at.wall + *reason.expected_wait;
  const bool lane_only = reason.held_by == hold::lane_limit || reason.held_by == hold::silent;
  if (reason.held_by == hold::slots || lane_only)
    for (const auto job : schedule_.holders(lane_only ? row->lane : "", shown_holders_max))
      if (const auto holder = schedule_.find(job))
        answer.running.push_back(holder->id);
  return answer;
}

void scheduler_state::remove(const delete_job& asked, told answer) {
  const auto row = row_on_disk(asked.id);
  if (!row || !is_final(row->phase) || deleting_.contains(row->sequence) || schedule_.contains(row->sequence)) {
    answer(row ? error{error_code::inexistent_item, "The job has not finished"}
               : unknown_job(error_code::inexistent_item));
    return;
  }
  auto seen = describe({asked.id});
  auto what = std::make_shared<batch>();
  what->mutations.emplace_back(persistence::remove_job{row->sequence, now().wall});
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
