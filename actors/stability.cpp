#include "actors/stability.hpp"

#include "persistence/change_store.hpp"

#include <utility>

namespace troupe {

namespace {

/// Between attempts while nothing can be written.
constexpr std::chrono::seconds pause_after_failure{1};

} // namespace

void stability_state::open(const engine_parts& parts, store_actor store) {
  parts_ = &parts;
  store_ = std::move(store);
  self_->send(store_, tell_unstable{stability_actor(self_)});
  look();
}

// Who becomes unstable while others wait is due after them.
void stability_state::unstable_arrived() {
  if (!waits_for_timer_ && !waits_for_store_)
    look();
}

void stability_state::timer_arrived() {
  waits_for_timer_ = false;
  look();
}

void stability_state::look() {
  try {
    look_at_first();
  } catch (const failure&) { // too many read now
    look_after(pause_after_failure);
  }
}

void stability_state::look_at_first() {
  const auto first = persistence::first_unstable(parts_->database.read());
  if (!first)
    return;
  const auto now = parts_->time.now();
  const auto due = *first + std::chrono::seconds(parts_->settings.stable_age_s());
  if (due <= now)
    settle(now);
  else
    look_after(due - now);
}

void stability_state::settle(time_point now) {
  const auto change = std::make_shared<batch>();
  change->mutations.emplace_back(
    persistence::settle_stable{now - std::chrono::seconds(parts_->settings.stable_age_s()), now});
  waits_for_store_ = true;
  self_->request(store_, caf::infinite, persist{change})
    .then(
      [this](const persistence::commit_answer& answer) {
        waits_for_store_ = false;
        if (answer)
          look();
        else
          look_after(pause_after_failure);
      },
      [this](const caf::error&) { waits_for_store_ = false; }); // the store has stopped
}

void stability_state::look_after(microseconds delay) {
  waits_for_timer_ = true;
  self_->delayed_send(self_, std::chrono::ceil<std::chrono::milliseconds>(delay), look_again{});
}

stability_actor::behavior_type stability(stability_actor::stateful_pointer<stability_state> self,
                                         const engine_parts* parts, store_actor store) {
  self->state.open(*parts, std::move(store));
  return {
    [self](became_unstable) { self->state.unstable_arrived(); },
    [self](look_again) { self->state.timer_arrived(); },
  };
}

} // namespace troupe
