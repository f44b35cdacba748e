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
  schedule_ = schedule{parts.database.recovered().boot_number, slots};
  recover();
}

// Rows are rebuilt from disk; what an interruption made of them is on disk before the first job starts.
void scheduler_state::recover() {
  const auto from = parts_->database.read();
  last_sequence_ = persistence::last_job_sequence(from);
  auto changes = std::make_shared<batch>();
  persistence::for_each_live_job(from, [&](job_row row) {
    if (row.sequence < parts_->first_job)
      return true;
    const auto what = schedule_.recover(std::move(row), parts_->database.recovered().clean, now());
    if (what.when == durable::nothing)
      return true;
    persistence::update_job update{.row = what.row};
    if (what.why)
      update.result = persistence::job_result{*what.why, std::nullopt};
    changes->mutations.emplace_back(std::move(update));
    if (what.ended)
      schedule_.settle(what.row.sequence);
    return true;
  });
  if (changes->mutations.empty()) {
    recovering_ = false;
    dispatch();
    return;
  }
  write(std::move(changes), [this](const persistence::commit_answer& answer) {
    if (!answer) {
      parts_->give_up(answer.error());
      return;
    }
    recovering_ = false;
    dispatch();
  });
}

void scheduler_state::write(std::shared_ptr<batch> what, std::function<void(const persistence::commit_answer&)> then) {
  self_->request<caf::message_priority::high>(store_, caf::infinite, persist{std::move(what)})
    .then([then](const persistence::commit_answer& answer) { then(answer); },
          [then](const caf::error&) {
            then(error{error_code::database_unavailable, "The store has stopped"});
          });
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

inner_scheduler_actor::behavior_type scheduler(inner_scheduler_actor::stateful_pointer<scheduler_state> self,
                                               const engine_parts* parts, store_actor store) {
  auto& state = self->state;
  self->set_down_handler([&state](const caf::down_msg& gone) { state.attempt_down(gone); });
  state.open(*parts, std::move(store));
  const auto record = [self] { return self->template make_response_promise<result<job_record>>(); };
  const auto deliver = [](scheduler_state::record_promise promise) {
    return [promise](result<job_record> answer) mutable { promise.deliver(std::move(answer)); };
  };
  return {
    [self, &state](submit_job& what) -> caf::result<result<job_id>> {
      auto promise = self->make_response_promise<result<job_id>>();
      state.submit(std::move(what), [promise](result<job_id> id) mutable { promise.deliver(std::move(id)); }, {});
      return promise;
    },
    [=, &state](run_job& run) -> caf::result<result<job_record>> {
      auto promise = record();
      state.submit(
        std::move(run.what),
        [promise](const result<job_id>& id) mutable {
          if (!id)
            promise.deliver(result<job_record>(id.error()));
        },
        deliver(promise));
      return promise;
    },
    [=, &state](const control_job& asked) -> caf::result<result<job_record>> {
      auto promise = record();
      state.control(asked, deliver(promise));
      return promise;
    },
    [&state](const describe_job& asked) -> caf::result<result<job_record>> { return state.describe(asked); },
    [=, &state](const watch_job& asked) -> caf::result<result<job_record>> {
      auto promise = record();
      state.watch(asked, deliver(promise));
      return promise;
    },
    [=, &state](const delete_job& asked) -> caf::result<result<job_record>> {
      auto promise = record();
      state.remove(asked, deliver(promise));
      return promise;
    },
    [](const prioritize_job&) -> caf::result<result<job_record>> { return result<job_record>(error_code::not_implemented); },
    [](const control_jobs&) -> caf::result<result<bulk_outcome>> { return result<bulk_outcome>(error_code::not_implemented); },
    [](const explain_job&) -> caf::result<result<job_explanation>> { return result<job_explanation>(error_code::not_implemented); },
    [](const set_lane&) -> caf::result<result<lane_record>> { return result<lane_record>(error_code::not_implemented); },
    [](list_lanes) -> caf::result<result<std::vector<lane_record>>> { return result<std::vector<lane_record>>(error_code::not_implemented); },
    [&state](planned& made) { state.take_plan(made); },
    [&state](attempt_report& report) { state.take_report(report); },
    [&state](const slot_report& report) { state.take_slot_report(report); },
    [&state](client_gone gone) { state.end_abandoned(gone); },
    [&state](look_again) { state.look(); },
    [self, &state](drain) -> caf::result<bool> {
      auto promise = self->make_response_promise<bool>();
      state.drain_jobs([promise]() mutable { promise.deliver(true); });
      return promise;
    },
  };
}

} // namespace troupe
