/// \file
/// The states of a job as the engine knows them. How one follows another: core/job_states.hpp.
#pragma once

#include <troupe/job.hpp>

#include <cstdint>

namespace troupe {

/// Finer than what clients see: "pause asked" and "cancel asked" are states of their own, so that no request is
/// forgotten when the step in progress turns out to be the last. The numbers are on disk: never change one.
enum class job_phase : std::uint8_t {
  pending = 0,    ///< waits for a slot
  running = 1,    ///< an attempt is alive
  pausing = 2,    ///< a pause was accepted, the step in progress goes on
  cancelling = 3, ///< a cancel was accepted, the step in progress goes on
  paused = 4,
  retry = 5, ///< waits for the time of its next attempt
  success = 6,
  failure = 7,
  delayed = 8, ///< waits for the time before which it shall not start
  yielded = 9, ///< gave its slot to others at a step's end and waits for its next turn
};

/// What clients are shown.
constexpr job_state shown_as(job_phase phase) noexcept {
  switch (phase) {
  case job_phase::pending:
  case job_phase::delayed:
    return job_state::pending;
  case job_phase::running:
  case job_phase::yielded:
  case job_phase::pausing:
  case job_phase::cancelling:
    return job_state::running;
  case job_phase::paused:
    return job_state::paused;
  case job_phase::retry:
    return job_state::retry;
  case job_phase::success:
    return job_state::success;
  case job_phase::failure:
    return job_state::failure;
  }
  return job_state::failure;
}

constexpr bool is_final(job_phase phase) noexcept {
  return phase == job_phase::success || phase == job_phase::failure;
}

/// True while it waits for a slot.
constexpr bool waits_in_lane(job_phase phase) noexcept {
  return phase == job_phase::pending || phase == job_phase::yielded;
}

/// True while it waits for a time.
constexpr bool waits_for_time(job_phase phase) noexcept {
  return phase == job_phase::retry || phase == job_phase::delayed;
}

/// True while an attempt is alive.
constexpr bool is_live(job_phase phase) noexcept {
  return phase == job_phase::running || phase == job_phase::pausing || phase == job_phase::cancelling;
}

} // namespace troupe
