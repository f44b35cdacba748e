/// \file
/// How an actor system of our own runs its actors. Programs that bring theirs choose for themselves.
#pragma once

#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>

#include <algorithm>
#include <cstddef>
#include <thread>

namespace troupe {

struct actor_threads : caf::actor_system_config {
  actor_threads() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-throughput", std::size_t{64});
    // By default four at least; but no actor of ours waits, and each thread more is one more to wake.
    set("scheduler.max-threads", std::size_t{std::max(2U, std::thread::hardware_concurrency())});
  }
};

} // namespace troupe
