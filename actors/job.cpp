#include "actors/job.hpp"

#include "actors/step_thread.hpp"
#include "core/crash_point.hpp"
#include "core/failure_class.hpp"
#include "core/log.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace troupe {

namespace {

/// How long an attempt may wait for a slow peer or client before it lends its slot.
constexpr std::chrono::seconds slot_patience{2};
/// The same at the end of its time slice; shorter steps come to their end.
constexpr std::chrono::milliseconds step_patience{250};

} // namespace

void job_attempt::begin(const engine_parts& parts, attempt_order order) {
  parts_ = &parts;
  shared_ = std::move(order.shared);
  type_ = &parts.types.find(shared_->row.type)->second;
  scheduler_ = std::move(order.scheduler);
  store_ = std::move(order.store);
  failed_items_ = shared_->row.failed_items;
  next_ = first_step(*type_, shared_->row);
  taken_ = settled_ = saved_ = next_;
  ran_ = shared_->row.runtime;
  began_ = parts_->time.steady();
}

void job_attempt::made(work_made& made) {
  --running_;
  if (made.work) {
    work_ = std::move(made.work);
    total_ = made.steps;
  } else {
    end_with(job_event::failed, made.why);
  }
  if (made.first) {
    ++running_;
    returned(*made.first);
  } else {
    go_on();
  }
}

void job_attempt::post(std::uint64_t number) {
  ++running_;
  idle_since_.reset();
  offered_ = false;
  if (lent_)
    report_slot(false);
  auto& pool = type_->pool == step_pool::cpu ? parts_->cpu : parts_->io;
  if (waits_on_thread())
    note_idleness();
  pool.post(run_steps_on_thread(*type_, work_, shared_, number, total_, job_actor{self_}));
}

void job_attempt::returned(step_outcome& outcome) {
  --running_;
  pass(crash_point::step_returned);
  next_ = std::max(next_, outcome.number + 1);
  if (type_->window == 1)
    taken_ = outcome.number;
  if (outcome.how->what == step_result::kind::wait) {
    waiting_.insert(outcome.number);
    if (outcome.how->content)
      content_ = std::move(outcome.how->content);
    if (woken_early_.erase(outcome.number) > 0)
      woken({outcome.number});
  } else {
    woken_early_.erase(outcome.number);
    results_.emplace(outcome.number, std::move(outcome.how));
  }
  take_results();
  go_on();
}

void job_attempt::woken(const wake_step& wake) {
  if (wake.number < taken_ || results_.contains(wake.number))
    return;
  if (!waiting_.contains(wake.number)) {
    woken_early_.insert(wake.number);
  } else if (!stop_as_ && !end_) {
    waiting_.erase(wake.number);
    post(wake.number);
  }
}

// Steps may return in any order; their results count in the order of the items.
void job_attempt::take_results() {
  if (committing_)
    return;
  auto writes = std::make_shared<batch>();
  while (!results_.empty() && results_.begin()->first == taken_ && !end_) {
    const auto result = std::move(results_.begin()->second);
    results_.erase(results_.begin());
    if (take(taken_, *result, *writes))
      ++taken_;
  }
  if (!writes->mutations.empty())
    commit(std::move(writes));
  else
    settle_steps(taken_);
}

// False if the step is not complete.
bool job_attempt::take(std::uint64_t number, step_result& result, batch& writes) {
  if (result.what == step_result::kind::failed) {
    if (is_tried_again(result.why)) // the ledger keeps what has failed for good
      result.item.reset();
    note_failure(number, result);
    end_with(job_event::failed, result.why);
    return false;
  }
  if (result.what == step_result::kind::unreachable) {
    end_with(job_event::unreachable, result.why);
    return false;
  }
  if (result.what == step_result::kind::retry_later) {
    end_with(job_event::retry_later, result.why, result.delay);
    return false;
  }
  note_failure(number, result);
  std::move(result.outputs.begin(), result.outputs.end(), std::back_inserter(outputs_));
  if (result.writes)
    writes.mutations.insert(writes.mutations.end(), result.writes->mutations.begin(), result.writes->mutations.end());
  if (result.what == step_result::kind::done)
    end_with(job_event::finished, error{error_code::success});
  return true;
}

bool job_attempt::is_tried_again(const error& why) const {
  const auto& row = shared_->row;
  return classify(why.code()) == failure_class::transient && row.retries < row.retry.max_retries;
}

void job_attempt::note_failure(std::uint64_t number, step_result& result) {
  if (result.item) {
    ++failed_items_;
    failures_.emplace_back(number, std::move(*result.item));
  }
  if (result.content)
    content_ = unsaved_content_ = std::move(result.content);
}

void job_attempt::commit(std::shared_ptr<batch> writes) {
  committing_ = true;
  const auto below = taken_;
  auto cursor = advance();
  cursor.cursor = below;
  writes->mutations.emplace_back(std::move(cursor));
  self_->request<caf::message_priority::high>(store_, caf::infinite, persist{writes})
    .then(
      [this, below, writes](persistence::commit_answer& answer) {
        committing_ = false;
        if (answer) {
          saved_ = below;
          settle_steps(below);
          take_results();
        } else {
          if (answer.error().code() != error_code::timeout) // then it may have been written all the same
            drop_blobs_of(*writes);
          end_.reset();
          end_with(job_event::failed, answer.error());
        }
        go_on();
      },
      [this](const caf::error&) {
        committing_ = false;
        end_.reset();
        end_with(job_event::failed, error{error_code::database_unavailable, "The store has stopped"});
        go_on();
      });
}

void job_attempt::settle_steps(std::uint64_t below) {
  settled_ = below;
  parts_->live.advance(shared_->row.sequence, shared_->row.epoch, settled_, failed_items_, content_);
  if (type_->effects == effect::output || settled_ == saved_)
    return;
  if (settled_ - saved_ >= type_->window) {
    save();
  } else if (!timer_set_) {
    timer_set_ = true;
    self_->delayed_send(self_, std::chrono::seconds{1}, save_cursor{});
  }
}

persistence::advance_job job_attempt::advance() {
  return {shared_->row.sequence,
          shared_->row.epoch,
          settled_,
          std::exchange(failures_, {}),
          std::exchange(unsaved_content_, {}),
          runtime()};
}

microseconds job_attempt::runtime() const {
  return ran_ + std::chrono::duration_cast<microseconds>(parts_->time.steady() - began_);
}

// Nobody waits for it: what a crash repeats is bounded by the window.
void job_attempt::save() {
  timer_set_ = false;
  if (settled_ == saved_ && failures_.empty())
    return;
  auto what = std::make_shared<batch>();
  what->mutations.emplace_back(advance());
  saved_ = settled_;
  self_->send<caf::message_priority::high>(
    store_, persist_for{std::move(what), [](const persistence::commit_answer& answer) {
                          if (!answer)
                            log(log_level::warning, "job", "A cursor was not written: " + answer.error().details());
                        }});
}

void job_attempt::stop(const stop_work& wish) {
  if (parked_) {
    drop_unused_files({});
    self_->quit();
    return;
  }
  if (wish.as == job_event::gave_way && waits_on_thread()
      && parts_->time.steady() - idle_since_.value_or(parts_->time.steady()) >= step_patience) {
    if (!lent_) // what it waits for would have to be begun anew
      report_slot(true);
    return;
  }
  if (wish.as != job_event::gave_way) // that can wait for the step's end: one begun anew may never be done in a slice
    shared_->stop = true;
  stop_as_ = wish.as;
  may_park_ = wish.may_park;
  go_on();
}

void job_attempt::resume() {
  parked_ = lent_ = false;
  began_ = parts_->time.steady();
  shared_->stop = false;
  stop_as_.reset();
  end_.reset();
  for (const auto number : std::exchange(waiting_, {}))
    post(number);
  go_on();
}

void job_attempt::end_with(job_event event, const error& why, std::chrono::milliseconds delay) {
  if (!end_)
    end_ = attempt_end{.event = event, .why = why, .delay = delay};
}

// Decides what is next whenever something has changed: end, or post steps.
void job_attempt::go_on() {
  if (!end_ && work_ && !committing_ && settled_ == total_)
    end_with(job_event::finished, error{error_code::success});
  if (!end_ && stop_as_ && running_ == 0 && !committing_) {
    if (stop_as_ == job_event::gave_way && lends_instead()) {
      stop_as_.reset();
      offered_ = true;
      report_slot(true);
      return;
    }
    end_with(*stop_as_, error{error_code::success});
  }
  if (end_ && running_ == 0 && !committing_) {
    conclude(*end_);
    return;
  }
  if (end_ || stop_as_ || !work_)
    return;
  while (next_ < total_ && running_ + waiting_.size() + results_.size() < type_->window)
    post(next_++);
  notice_idleness();
}

// To give way it need not give up what it waits for: it lends its slot. Asked again, it was one too many that did.
bool job_attempt::lends_instead() const {
  return !waiting_.empty() && !offered_ && type_->effects != effect::output;
}

// A step on the pool for slow calls waits for a peer, as far as the processor is concerned.
bool job_attempt::waits_on_thread() const {
  return running_ > 0 && type_->pool == step_pool::io;
}

void job_attempt::notice_idleness() {
  if (waits_on_thread() || (running_ == 0 && !waiting_.empty()))
    note_idleness();
}

// Not a timer a wait: one that is set looks again if there was work meanwhile.
void job_attempt::note_idleness() {
  if (committing_ || lent_)
    return;
  if (!idle_since_)
    idle_since_ = parts_->time.steady();
  if (shared_->stream) { // a client that does not read shall cost nobody a turn
    report_slot(true);
    return;
  }
  if (!lend_timer_set_) {
    lend_timer_set_ = true;
    self_->delayed_send(self_, slot_patience, lend_slot{});
  }
}

void job_attempt::lend() {
  lend_timer_set_ = false;
  if (!idle_since_ || parked_ || lent_)
    return;
  if (parts_->time.steady() - *idle_since_ >= slot_patience)
    report_slot(true);
  else
    notice_idleness();
}

void job_attempt::report_slot(bool lent) {
  lent_ = lent;
  self_->send(scheduler_, slot_report{shared_->row.sequence, shared_->row.epoch, lent, waits_on_thread()});
}

// Files that steps have written for a commit that will not come.
void job_attempt::drop_blobs_of(const batch& never_written) {
  for (const auto& change : never_written.mutations)
    if (const auto* const added = std::get_if<persistence::add_instance>(&change))
      parts_->cpu.post(
        [&database = parts_->database, number = added->facts.blob.number] { database.drop_blob(number); });
}

void job_attempt::conclude(attempt_end how) {
  for (const auto& [number, result] : results_)
    if (result->writes)
      drop_blobs_of(*result->writes);
  how.cursor = type_->effects == effect::output && how.event != job_event::gave_way ? 0 : settled_;
  how.failed_items = failed_items_;
  if (how.event != job_event::finished || !failures_.empty())
    save();
  how.can_probe = static_cast<bool>(type_->probe);
  // Bytes that were sent cannot be taken back; an output that was begun need not be begun again.
  const bool stays = how.event == job_event::stopped || how.event == job_event::gave_way;
  const bool parks = stays && work_ && (shared_->stream || (type_->effects == effect::output && may_park_));
  const bool finished = how.event == job_event::finished;
  if (!parks)
    drop_unused_files(finished ? outputs_ : std::vector<job_output>{});
  self_->send(scheduler_, attempt_report{.sequence = shared_->row.sequence,
                                         .epoch = shared_->row.epoch,
                                         .how = std::move(how),
                                         .parked = parks,
                                         .content = content_,
                                         .outputs = finished ? std::move(outputs_) : std::vector<job_output>{}});
  if (parks) {
    parked_ = true;
    ran_ = runtime();
    end_.reset();
  } else {
    self_->quit();
  }
}

void job_attempt::drop_unused_files(const std::vector<job_output>& used) {
  auto files = [this] {
    const std::scoped_lock lock(shared_->mutex);
    return std::exchange(shared_->files, {});
  }();
  std::erase_if(files, [&used](const auto& file) {
    return std::any_of(used.begin(), used.end(), [&file](const job_output& output) {
      const auto* path = std::get_if<std::filesystem::path>(&output.body);
      return path != nullptr && *path == file;
    });
  });
  if (files.empty())
    return;
  // The work may hold a file open: it goes first.
  parts_->cpu.post([files = std::move(files), work = std::move(work_)]() mutable {
    work.reset();
    for (const auto& file : files) {
      std::error_code ignored;
      std::filesystem::remove(file, ignored);
    }
  });
}

job_actor::behavior_type job(job_actor::stateful_pointer<job_attempt> self, const engine_parts* parts,
                             std::shared_ptr<attempt_order> order) {
  // Without its scheduler an attempt has nobody to report to.
  self->monitor(order->scheduler);
  self->set_down_handler([self](const caf::down_msg&) { self->quit(); });
  self->state.begin(*parts, std::move(*order));
  return {
    [self](work_made& made) { self->state.made(made); },
    [self](step_outcome& outcome) { self->state.returned(outcome); },
    [self](const wake_step& wake) { self->state.woken(wake); },
    [self](const stop_work& wish) { self->state.stop(wish); },
    [self](resume_work) { self->state.resume(); },
    [self](save_cursor) { self->state.save(); },
    [self](lend_slot) { self->state.lend(); },
  };
}

} // namespace troupe
