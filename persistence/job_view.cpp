#include "persistence/job_view.hpp"

#include <algorithm>

namespace troupe::persistence {

namespace {

double progress_of(const job_row& row, std::uint64_t steps_done) {
  if (row.phase == job_phase::success)
    return 1;
  if (row.steps_total == 0)
    return 0;
  return std::min(1.0, static_cast<double>(steps_done) / static_cast<double>(row.steps_total));
}

} // namespace

job_record view_changed_job(const job_row& row, const job_spec& head, const job_result& result) {
  return {.id = row.id,
          .type = row.type,
          .state = shown_as(row.phase),
          .priority = row.priority,
          .progress = progress_of(row, row.cursor),
          .created = row.created,
          .completed = row.completed,
          .runtime = row.runtime,
          .attempts = row.attempts,
          .steps_done = row.phase == job_phase::success ? row.steps_total : row.cursor,
          .steps_total = row.steps_total,
          .failed_items = row.failed_items,
          .code = row.code,
          .error_details =
            row.phase == job_phase::success ? std::string() : result.error_details, // of an earlier attempt
          .content = result.content.value_or(head.content),
          .user_data = head.user_data,
          .lane = row.lane,
          .changed = row.changed,
          .max_retries = row.retry.max_retries,
          .retries = row.retries,
          .not_before = row.not_before,
          .earlier_attempts = {}};
}

job_record view_job(const read_transaction& from, const job_row& row, const std::optional<live_job>& live,
                    time_point now) {
  auto seen = view_changed_job(row, load_spec_head(from, row.sequence).value_or(job_spec{}),
                               load_result(from, row.sequence).value_or(job_result{}));
  seen.earlier_attempts = attempts_of(from, row.sequence);
  // The board is ahead of the disk only while its attempt is the newest and has not been seen to end.
  if (!live || live->epoch < row.epoch || (live->epoch == row.epoch && !is_live(row.phase)) || is_final(row.phase))
    return seen;
  seen.state = shown_as(live->phase);
  seen.changed = std::max(row.changed, live->started);
  seen.not_before.reset();
  seen.runtime = live->runtime_before + std::max(microseconds{0}, now - live->started);
  seen.attempts = live->attempts;
  seen.steps_done = live->steps_done;
  seen.failed_items = live->failed_items;
  seen.progress = progress_of(row, live->steps_done);
  seen.code = error_code::success;
  seen.error_details.clear();
  if (!live->content.empty())
    seen.content = live->content;
  return seen;
}

} // namespace troupe::persistence
