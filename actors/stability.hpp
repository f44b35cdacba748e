/// \file
/// The keeper of stability: makes patients, studies and series stable when nothing has come to them for `StableAge`.
/// What waits for that is on disk, so that a restart loses none.
#pragma once

#include "actors/parts.hpp"
#include "actors/protocol.hpp"

#include <caf/fwd.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>

namespace troupe {

/// Sleeps until the first one is due; has no timer while none waits.
class stability_state {
public:
  explicit stability_state(stability_actor::pointer self) : self_(self) {}

  static inline const char* name = "stability";

  void open(const engine_parts& parts, store_actor store);

  void unstable_arrived();
  void timer_arrived();

private:
  void look();
  void look_at_first();
  void settle(time_point now);
  void look_after(microseconds delay);

  stability_actor::pointer self_;
  const engine_parts* parts_ = nullptr;
  store_actor store_;
  bool waits_for_timer_ = false;
  bool waits_for_store_ = false;
};

stability_actor::behavior_type stability(stability_actor::stateful_pointer<stability_state> self,
                                         const engine_parts* parts, store_actor store);

} // namespace troupe
