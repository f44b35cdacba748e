#include "actors/scheduler.hpp"

#include "core/log.hpp"
#include "persistence/job_store.hpp"

#include <algorithm>
#include <thread>

namespace troupe {

moment scheduler_state::now() const {
  return {parts_->time.now(), std::chrono::duration_cast<microseconds>(parts_->time.steady().time_since_epoch())};
}

void scheduler_state::open(const engine_parts& parts, store_actor store) {
  parts_ = &parts;
  store_ = std::move(store);
  const auto asked = static_cast<std::size_t>(parts.settings.concurrent_jobs());
  const std::size_t slots = asked != 0 ? asked : std::max(1U, std::thread::hardware_concurrency());
  schedule_ = schedule{parts.database.recovered().boot_number,
                       {.slots = slots, .ageing = std::chrono::seconds{parts.settings.jobs_ageing_s()}}};
  for (auto& lane : persistence::lane_settings(parts.database.read())) {
    schedule_.set_lane(lane.name, lane.limit, lane.paused);
    lane_settings_.emplace(lane.name, lane);
  }
  recover();
}

// Rows are rebuilt from disk; what an interruption made of them is on disk before the first job starts.
void scheduler_state::recover() {
  const auto from = parts_->database.read();
  last_sequence_ = persistence::last_job_sequence(from);
  careful_until_ = parts_->database.recovered().clean ? 0 : last_sequence_;
  auto changes = std::make_shared<batch>();
  std::vector<job_sequence> ended;
  persistence::for_each_live_job(from, [&](job_row row) {
    if (row.sequence < parts_->first_job)
      return true;
    const auto what = schedule_.recover(std::move(row), parts_->database.recovered().clean, now());
    if (what.when == durable::nothing)
      return true;
    persistence::update_job update{.row = what.row};
    if (what.why)
      update.result = persistence::job_result{*what.why, std::nullopt};
    update.attempt = what.attempt;
    changes->mutations.emplace_back(std::move(update));
    if (what.ended)
      ended.push_back(what.row.sequence);
    return true;
  });
  const auto keep = static_cast<std::uint64_t>(parts_->settings.jobs_history_size());
  const auto kept = persistence::history(from);
  if (const auto finished = kept.success + kept.failure; parts_->first_job == 1 && finished > keep)
    changes->mutations.emplace_back(persistence::trim_history{.keep = keep, .most = finished - keep, .at = now().wall});
  if (changes->mutations.empty()) {
    recovering_ = false;
    dispatch();
    return;
  }
  write(std::move(changes), [this, ended = std::move(ended)](const persistence::commit_answer& answer) {
    if (!answer) {
      parts_->give_up(answer.error());
      return;
    }
    for (const auto job : ended)
      schedule_.settle(job);
    recovering_ = false;
    dispatch();
  });
}

void scheduler_state::write(std::shared_ptr<const batch> what, written then, bool may_wait) {
  writes_.emplace(++last_write_, std::move(then));
  self_->send<caf::message_priority::high>(store_, persist_for_scheduler{std::move(what), last_write_, may_wait});
}

void scheduler_state::take_answers(committed& all) {
  for (auto& [ticket, answer] : all.answers)
    if (const auto then = writes_.extract(ticket); then && then.mapped())
      then.mapped()(answer);
  dispatch();
}

void scheduler_state::publish() {
  parts_->measured.jobs_pending.set(static_cast<double>(schedule_.waiting()));
  parts_->measured.jobs_running.set(static_cast<double>(schedule_.running() + schedule_.paused()));
}

std::optional<job_row> scheduler_state::row_on_disk(const job_id& id) const {
  auto row = persistence::find_job(parts_->database.read(), id);
  if (row && row->sequence < parts_->first_job)
    row.reset();
  return row;
}

namespace {

template <class Answer>
std::function<void(Answer)> deliver(caf::typed_response_promise<Answer> promise) {
  return [promise](Answer answer) mutable { promise.deliver(std::move(answer)); };
}

} // namespace

inner_scheduler_actor::behavior_type scheduler(inner_scheduler_actor::stateful_pointer<scheduler_state> self,
                                               const engine_parts* parts, store_actor store) {
  auto& state = self->state;
  self->set_down_handler([&state](const caf::down_msg& gone) { state.attempt_down(gone); });
  state.open(*parts, std::move(store));
  return {
    [self, &state](submit_job& what) -> caf::result<result<job_id>> {
      auto promise = self->make_response_promise<result<job_id>>();
      state.submit(std::move(what), deliver(promise));
      return promise;
    },
    [self, &state](run_job& run) -> caf::result<result<job_record>> {
      auto promise = self->make_response_promise<result<job_record>>();
      run.what.on_end = deliver(promise);
      state.submit(std::move(run.what), [promise](const result<job_id>& id) mutable {
        if (!id)
          promise.deliver(result<job_record>(id.error()));
      });
      return promise;
    },
    [self, &state](const control_job& asked) -> caf::result<result<job_record>> {
      auto promise = self->make_response_promise<result<job_record>>();
      state.control(asked, deliver(promise));
      return promise;
    },
    [&state](const describe_job& asked) -> caf::result<result<job_record>> { return state.describe(asked); },
    [self, &state](const watch_job& asked) -> caf::result<result<job_record>> {
      auto promise = self->make_response_promise<result<job_record>>();
      state.watch(asked, deliver(promise));
      return promise;
    },
    [self, &state](const delete_job& asked) -> caf::result<result<job_record>> {
      auto promise = self->make_response_promise<result<job_record>>();
      state.remove(asked, deliver(promise));
      return promise;
    },
    [self, &state](const prioritize_job& asked) -> caf::result<result<job_record>> {
      auto promise = self->make_response_promise<result<job_record>>();
      state.prioritize(asked, deliver(promise));
      return promise;
    },
    [self, &state](control_jobs& asked) -> caf::result<result<bulk_outcome>> {
      auto promise = self->make_response_promise<result<bulk_outcome>>();
      state.control_all(std::move(asked), deliver(promise));
      return promise;
    },
    [&state](const explain_job& asked) -> caf::result<result<job_explanation>> { return state.explain(asked); },
    [self, &state](const set_lane& asked) -> caf::result<result<lane_record>> {
      auto promise = self->make_response_promise<result<lane_record>>();
      state.change_lane(asked, deliver(promise));
      return promise;
    },
    [&state](list_lanes) -> caf::result<result<std::vector<lane_record>>> {
      return result<std::vector<lane_record>>(state.show_lanes());
    },
    [&state](committed& all) { state.take_answers(all); },
    [&state](take_submission& asked) { state.submit(std::move(asked.what), std::move(asked.tell)); },
    [&state](planned& made) { state.take_plan(made); },
    [&state](attempt_report& report) { state.take_report(report); },
    [&state](const slot_report& report) { state.take_slot_report(report); },
    [&state](client_gone gone) { state.end_abandoned(gone); },
    [&state](const probe_answer& answer) { state.take_probe(answer); },
    [&state](continue_bulk which) { state.go_on_with(which); },
    [&state](look_again) { state.look(); },
    [self, &state](drain) -> caf::result<bool> {
      auto promise = self->make_response_promise<bool>();
      state.drain_jobs([promise]() mutable { promise.deliver(true); });
      return promise;
    },
  };
}

} // namespace troupe
