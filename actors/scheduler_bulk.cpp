#include "actors/scheduler.hpp"
#include "persistence/job_query.hpp"
#include "persistence/job_view.hpp"

#include <caf/send.hpp>

#include <utility>

namespace troupe {

namespace {

/// Jobs of one transaction: others have their turn after each.
constexpr std::size_t slice_jobs = 256;
constexpr unsigned writes_under_way_max = 2;
constexpr std::size_t sample_max = 100;
constexpr std::size_t bulks_max = 64;

std::optional<job_action> action_of(bulk_action action) {
  switch (action) {
  case bulk_action::cancel:
    return job_action::cancel;
  case bulk_action::pause:
    return job_action::pause;
  case bulk_action::resume:
    return job_action::resume;
  case bulk_action::resubmit:
    return job_action::resubmit;
  default:
    return std::nullopt;
  }
}

persistence::job_filter filter_of(const job_selection& which) {
  return {which.state, which.type, which.lane, which.created_from, which.created_before};
}

bool matches(const job_row& row, const job_selection& which) {
  return (!which.state || shown_as(row.phase) == *which.state) && (!which.type || row.type == *which.type)
         && (!which.lane || row.lane == *which.lane) && (!which.created_from || row.created >= *which.created_from)
         && (!which.created_before || row.created < *which.created_before);
}

} // namespace

void scheduler_state::control_all(control_jobs asked, std::function<void(result<bulk_outcome>)> answer) {
  if (closing_ || bulks_.size() >= bulks_max) {
    answer(error{error_code::database_unavailable, "Too many actions on many jobs are under way"});
    return;
  }
  const auto number = ++last_bulk_;
  bulk all{.asked = std::move(asked), .answer = std::move(answer), .last = last_sequence_};
  all.after = parts_->first_job - 1;
  bulks_.emplace(number, std::move(all));
  go_on_with({number});
}

void scheduler_state::go_on_with(continue_bulk which) {
  const auto found = bulks_.find(which.number);
  if (found == bulks_.end())
    return;
  auto& all = found->second;
  if (all.all_sent || all.writes_under_way >= writes_under_way_max)
    return;
  std::vector<job_row> rows;
  all.all_sent = !fill_slice(all, rows) || closing_;
  apply_slice(which.number, all, rows);
  if (!all.all_sent)
    self_->send(self_, which);
  end_bulk_if_done(which.number);
}

// False if there are no more after these.
bool scheduler_state::fill_slice(bulk& all, std::vector<job_row>& rows) {
  const auto from = parts_->database.read();
  const auto& ids = all.asked.which.ids;
  if (!ids.empty()) {
    for (; all.next_id < ids.size() && rows.size() < slice_jobs; ++all.next_id)
      if (auto row = persistence::find_job(from, ids[all.next_id]); row && row->sequence >= parts_->first_job)
        rows.push_back(std::move(*row));
    return all.next_id < ids.size();
  }
  auto page = persistence::find_jobs(from, filter_of(all.asked.which), all.after, slice_jobs, false,
                                     schedule_.holders("", slice_jobs));
  rows = std::move(page.rows);
  std::erase_if(rows, [&all](const job_row& row) { return row.sequence > all.last; });
  all.after = page.next.value_or(all.last);
  return page.next && *page.next < all.last;
}

void scheduler_state::apply_slice(std::uint64_t number, bulk& all, const std::vector<job_row>& rows) {
  auto writes = std::make_shared<batch>();
  auto pending = std::make_shared<std::vector<std::shared_ptr<pending_write>>>();
  for (const auto& row : rows) {
    const auto current = schedule_.find(row.sequence).value_or(row); // it may be ahead of the disk
    if (!matches(current, all.asked.which) || deleting_.contains(row.sequence))
      continue;
    ++all.so_far.matched;
    if (all.so_far.sample.size() < sample_max)
      all.so_far.sample.push_back(row.id);
    if (!all.asked.dry_run)
      ++(apply_to_one(all, current, *writes, *pending) ? all.so_far.changed : all.so_far.refused);
  }
  if (writes->mutations.empty())
    return;
  writes->mutations.emplace_back(
    persistence::trim_history{.keep = static_cast<std::uint64_t>(parts_->settings.jobs_history_size()),
                              .most = 2 * slice_jobs,
                              .at = now().wall});
  ++all.writes_under_way;
  write(writes, [this, number, writes, pending](const persistence::commit_answer& done) {
    auto& under_way = bulks_.at(number);
    --under_way.writes_under_way;
    if (!done) {
      under_way.failed = done.error();
      under_way.all_sent = true;
    }
    for (std::size_t i = 0; i < pending->size(); ++i) {
      const auto& one = pending->at(i);
      if (!one) {
        deleting_.erase(std::get<persistence::remove_job>(writes->mutations[i]).sequence);
      } else if (done) {
        change_written(*one, std::get<persistence::applied>(done->at(i)).effective);
      } else { // memory has changed: the disk follows as soon as it can
        auto again = std::make_shared<batch>();
        again->mutations.push_back(writes->mutations[i]);
        unwritten_.push_back([this, again, one] { write_change(again, one); });
      }
    }
    dispatch();
    go_on_with({number});
    end_bulk_if_done(number);
  });
}

// False if the state of the job does not allow it. Adds one mutation and one entry of `pending`, or none.
bool scheduler_state::apply_to_one(bulk& all, const job_row& row, batch& writes,
                                   std::vector<std::shared_ptr<pending_write>>& pending) {
  const auto job = row.sequence;
  if (all.asked.action == bulk_action::remove) {
    if (!is_final(row.phase) || schedule_.contains(job))
      return false;
    writes.mutations.emplace_back(persistence::remove_job{job, now().wall});
    deleting_.insert(job);
    pending.push_back(nullptr);
    return true;
  }
  const auto action = action_of(all.asked.action);
  if (action)
    schedule_.adopt(row);
  auto what = action ? schedule_.control(job, *action, now()) : schedule_.prioritize(job, all.asked.priority, now());
  if (!what || what->when == durable::nothing) {
    schedule_.release(job);
    return false;
  }
  act_on(*what);
  pending.push_back(std::make_shared<pending_write>(prepare(std::move(*what), {}, {}, writes)));
  return true;
}

void scheduler_state::end_bulk_if_done(std::uint64_t number) {
  const auto found = bulks_.find(number);
  if (found == bulks_.end() || !found->second.all_sent || found->second.writes_under_way > 0)
    return;
  const auto ended = bulks_.extract(found);
  const auto& all = ended.mapped();
  all.answer(all.failed ? result<bulk_outcome>(*all.failed) : result<bulk_outcome>(all.so_far));
}

} // namespace troupe
