#include "actors/store.hpp"

#include "core/crash_point.hpp"
#include "core/log.hpp"

#include <caf/response_promise.hpp>
#include <caf/typed_response_promise.hpp>

#include <utility>

namespace troupe {

namespace {

/// Bounds the time that the first of a batch waits for the last.
constexpr std::size_t mutations_per_commit_max = 1024;
/// How long what nobody waits for stays in memory.
constexpr std::chrono::milliseconds patience{10};

} // namespace

void store_state::gather(std::shared_ptr<const batch> what, std::function<void(persistence::commit_answer)> done) {
  gather({std::move(what), std::move(done), 0}, false);
}

void store_state::gather(waiting one, bool may_wait) {
  mutations_ += one.what->mutations.size();
  gathered_.push_back(std::move(one));
  if (mutations_ >= mutations_per_commit_max) {
    flush();
  } else if (flush_on_its_way_) {
    return;
  } else if (!may_wait) {
    send_flush();
  } else if (!std::exchange(late_flush_on_its_way_, true)) {
    self_->delayed_send(self_, patience, late_flush{});
  }
}

void store_state::send_flush() {
  flush_on_its_way_ = true;
  mutations_then_ = mutations_;
  self_->send(self_, flush_batch{});
}

void store_state::gather_for(inner_scheduler_actor sender, persist_for_scheduler asked) {
  scheduler_ = std::move(sender);
  gather({std::move(asked.what), {}, asked.ticket}, asked.may_wait);
}

// Each commit costs a turn of the disk. A mailbox mixes few urgent messages with each other one, so the end of what has
// arrived is reached only when a flush has overtaken nothing.
void store_state::flush_arrived() {
  if (mutations_ > mutations_then_) {
    send_flush();
    return;
  }
  flush_on_its_way_ = false;
  flush();
}

void store_state::late_flush_arrived() {
  late_flush_on_its_way_ = false;
  if (!flush_on_its_way_)
    flush();
}

void store_state::flush() {
  auto taken = std::exchange(gathered_, {});
  const auto mutations = std::exchange(mutations_, 0);
  if (taken.empty())
    return;
  std::vector<const batch*> batches;
  batches.reserve(taken.size());
  for (const auto& one : taken)
    batches.push_back(one.what.get());
  std::vector<persistence::commit_answer> answers;
  pass(crash_point::batch_taken);
  try {
    answers = parts_->database.commit(batches);
  } catch (const failure& broken) {
    fail_all(std::move(taken), broken.why());
    return;
  } catch (const std::exception& broken) {
    fail_all(std::move(taken), error{error_code::database, broken.what()});
    return;
  }
  pass(crash_point::batch_committed);
  parts_->measured.commits.add();
  parts_->measured.committed_mutations.add(static_cast<double>(mutations));
  for (std::size_t i = 0; i < taken.size(); ++i)
    tell(taken[i], std::move(answers[i]));
  tell_scheduler();
  tell_others();
}

void store_state::tell(waiting& one, persistence::commit_answer answer) {
  if (one.done)
    one.done(std::move(answer));
  else
    for_scheduler_.answers.emplace_back(one.ticket, std::move(answer));
}

// One message for all: each costs it a turn.
void store_state::tell_scheduler() {
  if (!for_scheduler_.answers.empty())
    self_->send(scheduler_, std::exchange(for_scheduler_, {}));
}

void store_state::tell_others() {
  if (const auto last = parts_->database.last_job_event(); last != std::exchange(last_job_event_, last))
    parts_->bell.ring();
  const auto unstable = parts_->database.became_unstable();
  if (unstable != std::exchange(became_unstable_, unstable) && stability_)
    self_->send(stability_, became_unstable{});
}

void store_state::fail_all(std::vector<waiting> taken, const error& why) {
  log(log_level::error, "store", "Nothing of a batch was written: " + why.details());
  if (why.code() != error_code::full_storage)
    parts_->give_up(why);
  for (auto& one : taken)
    tell(one, why);
  tell_scheduler();
}

store_actor::behavior_type store(store_actor::stateful_pointer<store_state> self, const engine_parts* parts) {
  self->state.open(*parts);
  return {
    [self](persist& asked) -> caf::result<persistence::commit_answer> {
      auto promise = self->make_response_promise<persistence::commit_answer>();
      self->state.gather(std::move(asked.what),
                         [promise](persistence::commit_answer answer) mutable { promise.deliver(std::move(answer)); });
      return promise;
    },
    [self](persist_for& asked) { self->state.gather(std::move(asked.what), std::move(asked.done)); },
    [self](persist_for_scheduler& asked) {
      self->state.gather_for(caf::actor_cast<inner_scheduler_actor>(self->current_sender()), std::move(asked));
    },
    [self](tell_unstable& asked) { self->state.tell_unstable_to(std::move(asked.whom)); },
    [self](flush_batch) { self->state.flush_arrived(); },
    [self](late_flush) { self->state.late_flush_arrived(); },
  };
}

} // namespace troupe
