#include "actors/failed_items.hpp"
#include "actors/scheduler.hpp"
#include "core/crash_point.hpp"
#include "core/fingerprint.hpp"
#include "core/output_stream.hpp"
#include "persistence/job_store.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace troupe {

namespace {

constexpr std::size_t arguments_bytes_max = 16U << 20;
constexpr std::size_t user_data_bytes_max = 64U << 10;
constexpr std::size_t lane_bytes_max = 128;
constexpr std::size_t key_bytes_max = 255;
/// Submissions that may wait for a place under `LimitJobs`; that may be on their way to the disk; and that may repeat
/// one that is.
constexpr std::size_t blocked_max = 65'536;
constexpr std::size_t under_way_max = 65'536;
constexpr std::size_t repeated_max = 1024;

constexpr microseconds disk_look_pause = std::chrono::milliseconds{100};

error too_busy(std::string details) {
  return error{error_code::database_unavailable, std::move(details)};
}

job_plan plan_of(const engine_parts& parts, const job_type& type, const submit_job& what) {
  if (!what.failed_items_of)
    return type.plan(what.arguments).value();
  return plan_of_failed_items(parts, type, *what.failed_items_of);
}

/// Of what a repeated submission must have in common with the first; empty without a key.
std::string fingerprint_of(const submit_job& what) {
  if (what.idempotency_key.empty())
    return {};
  if (what.failed_items_of)
    return fingerprint({what.type, what.failed_items_of->text, what.user_data});
  return fingerprint({what.type, what.arguments, what.user_data});
}

} // namespace

std::optional<error> scheduler_state::refuse(const submit_job& what) const {
  if (closing_)
    return too_busy("The server is stopping");
  if (!parts_->types.contains(what.type))
    return error{error_code::parameter_out_of_range, "There is no type of job with that name"};
  if (what.arguments.size() > arguments_bytes_max || what.user_data.size() > user_data_bytes_max)
    return error{error_code::parameter_out_of_range, "The arguments of a job may have 16 MiB, its user data 64 KiB"};
  if (what.idempotency_key.size() > key_bytes_max)
    return error{error_code::parameter_out_of_range, "An idempotency key may have 255 bytes"};
  if (planning_.size() + being_written_ >= under_way_max)
    return too_busy("Too many jobs are being submitted");
  if (what.on_end && waiters_.is_full())
    return too_busy("Too many clients wait for jobs");
  if (disk_is_full())
    return error{error_code::full_storage, "The disk is full: no job is accepted"}.with_status(503);
  return std::nullopt;
}

bool scheduler_state::disk_is_full() const {
  const auto at = now().steady;
  if (!disk_looked_at_ || at - *disk_looked_at_ > disk_look_pause) {
    const auto reserve = static_cast<std::uint64_t>(parts_->settings.reserve_mb()) << 20;
    try {
      disk_full_ = parts_->database.free_bytes() < reserve;
    } catch (const failure&) { // a disk that cannot be measured takes no jobs either
      disk_full_ = true;
    }
    disk_looked_at_ = at;
  }
  return disk_full_;
}

void scheduler_state::submit(submit_job what, accepted tell) {
  if (what.failed_items_of) {
    const auto row = row_on_disk(*what.failed_items_of);
    if (!row || !is_final(row->phase)) {
      tell(error{error_code::bad_request, "There is no finished job with that name"});
      return;
    }
    what.type = row->type;
  }
  if (const auto why = refuse(what)) {
    tell(*why);
    return;
  }
  submission asked{.id = {}, .fingerprint = fingerprint_of(what), .what = std::move(what), .tell = std::move(tell)};
  if (is_repeated(asked)) // it needs no place
    return;
  if (!has_to_wait(asked.what)) {
    admit(std::move(asked));
    return;
  }
  if (blocked_.size() >= blocked_max) {
    asked.tell(too_busy("Too many submissions wait for a place (LimitJobs)"));
    return;
  }
  const auto until = asked.what.patience ? std::optional(now().steady + *asked.what.patience) : std::nullopt;
  blocked_.push_back({std::move(asked), until});
  if (until)
    blocked_until_ = std::min(blocked_until_.value_or(*until), *until);
  arm_timer();
}

bool scheduler_state::has_to_wait(const submit_job& what) const {
  const auto limit = static_cast<std::size_t>(parts_->settings.limit_jobs());
  return limit != 0 && !what.never_blocks && schedule_.waiting() + planning_.size() + being_written_ >= limit;
}

// First come, first served: whoever waits goes before who comes.
void scheduler_state::admit_blocked() {
  while (!blocked_.empty() && !has_to_wait(blocked_.front().asked.what)) {
    auto next = std::move(blocked_.front().asked);
    blocked_.pop_front();
    if (!is_repeated(next)) // its key may have made a job meanwhile
      admit(std::move(next));
  }
}

void scheduler_state::give_up_blocked(moment at) {
  if (!closing_ && (!blocked_until_ || *blocked_until_ > at.steady))
    return;
  blocked_until_.reset();
  std::erase_if(blocked_, [&](blocked_submission& one) {
    if (!closing_ && (!one.until || *one.until > at.steady)) {
      if (one.until)
        blocked_until_ = std::min(blocked_until_.value_or(*one.until), *one.until);
      return false;
    }
    one.asked.tell(too_busy(closing_ ? "The server is stopping" : "As many jobs are waiting as LimitJobs allows"));
    return true;
  });
}

// The place in the order and the name are taken now, so that one client's submissions keep their order, however long
// each plan takes.
void scheduler_state::admit(submission asked) {
  if (const auto& key = asked.what.idempotency_key; !key.empty())
    keys_.emplace(key, key_in_flight{asked.fingerprint, {}});
  const auto ticket = ++last_sequence_;
  const auto& type = parts_->types.find(asked.what.type)->second;
  asked.id = parts_->names.next();
  auto run = [parts = parts_, &type, what = std::make_shared<submit_job>(asked.what), ticket,
              tell = inner_scheduler_actor{self_}] {
    planned made{.ticket = ticket};
    try {
      made.plan = std::make_shared<job_plan>(plan_of(*parts, type, *what));
    } catch (const failure& known) {
      made.why = known.why();
    } catch (const std::exception& unknown) {
      made.why = error{error_code::internal_error, unknown.what()};
    }
    caf::anon_send(tell, std::move(made));
  };
  planning_.emplace(ticket, std::move(asked));
  parts_->cpu.post(std::move(run));
}

// True if the key has made a job already, or is about to.
bool scheduler_state::is_repeated(submission& asked) {
  const auto conflict = error{error_code::bad_request, "The idempotency key was used for another submission"};
  const auto& key = asked.what.idempotency_key;
  if (key.empty())
    return false;
  if (const auto found = keys_.find(key); found != keys_.end()) {
    if (found->second.fingerprint != asked.fingerprint)
      asked.tell(error(conflict).with_status(422));
    else if (found->second.repeated.size() >= repeated_max)
      asked.tell(too_busy("Too many submissions with that idempotency key are under way"));
    else
      found->second.repeated.push_back(std::move(asked));
    return true;
  }
  const auto made = persistence::find_idempotent_job(parts_->database.read(), key, now().wall);
  if (!made)
    return false;
  if (made->fingerprint != asked.fingerprint)
    asked.tell(error(conflict).with_status(422));
  else
    answer_repeated(made->id, std::move(asked));
  return true;
}

void scheduler_state::answer_repeated(const job_id& id, submission asked) {
  asked.tell(id);
  if (asked.what.on_end)
    watch({id}, asked.what.on_end);
}

void scheduler_state::release_key(const std::string& key, const result<job_id>& answer) {
  auto node = keys_.extract(key);
  if (!node)
    return;
  for (auto& again : node.mapped().repeated) {
    if (answer)
      answer_repeated(*answer, std::move(again));
    else
      again.tell(answer.error());
  }
}

void scheduler_state::take_plan(planned& made) {
  auto node = planning_.extract(made.ticket);
  auto& asked = node.mapped();
  if (made.plan && made.plan->lane.size() > lane_bytes_max) {
    made.plan.reset();
    made.why = error{error_code::parameter_out_of_range, "The name of the destination is too long"};
  }
  if (!made.plan) {
    asked.tell(made.why);
    release_key(asked.what.idempotency_key, made.why);
    admit_blocked();
    return;
  }
  const auto at = now();
  const auto& type = parts_->types.find(asked.what.type)->second;
  job_row row;
  row.sequence = made.ticket;
  row.id = asked.id;
  row.type = asked.what.type;
  row.lane = made.plan->lane.empty() ? asked.what.type : std::move(made.plan->lane);
  row.priority = asked.what.priority;
  row.created = row.changed = at.wall;
  row.steps_total = made.plan->items.size();
  row.retry = asked.what.retries.value_or(type.retries);
  row.streamed = asked.what.stream != nullptr;
  row.transient = !parts_->settings.save_jobs();
  if (asked.what.not_before && *asked.what.not_before > at.wall) {
    row.phase = job_phase::delayed;
    row.not_before = asked.what.not_before;
  }
  schedule_.add(row);
  if (asked.what.stream)
    streams_.emplace(row.sequence, asked.what.stream);
  if (asked.what.on_end)
    waiters_.add(row.sequence, std::move(asked.what.on_end));
  auto what = std::make_shared<batch>();
  what->mutations.emplace_back(persistence::add_job{.row = row,
                                                    .spec = {.arguments = std::move(made.plan->arguments),
                                                             .content = std::move(made.plan->content),
                                                             .user_data = std::move(asked.what.user_data),
                                                             .items = std::move(made.plan->items)},
                                                    .idempotency_key = asked.what.idempotency_key,
                                                    .fingerprint = asked.fingerprint});
  ++being_written_;
  pass(crash_point::submission_planned);
  write(std::move(what), [this, row = std::move(row), asked = std::move(asked)](
                           const persistence::commit_answer& answer) { job_written(row, asked, answer); });
}

void scheduler_state::job_written(const job_row& row, submission asked, const persistence::commit_answer& answer) {
  const auto job = row.sequence;
  --being_written_;
  if (!answer) {
    schedule_.forget(job);
    streams_.erase(job);
    waiters_.take_all(job);
    asked.tell(answer.error());
    release_key(asked.what.idempotency_key, answer.error());
    return;
  }
  parts_->measured.jobs_submitted.add();
  schedule_.written(job, now());
  if (const auto stream = streams_.find(job); stream != streams_.end())
    stream->second->when_abandoned(
      [tell = inner_scheduler_actor{self_}, job] { caf::anon_send(tell, client_gone{job}); });
  asked.tell(row.id);
  release_key(asked.what.idempotency_key, row.id);
}

} // namespace troupe
