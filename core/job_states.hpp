/// \file
/// The life of a job, as data. `next` over this table is the only thing that decides a job's phase.
#pragma once

#include "core/job_phase.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe {

/// What happens to a job.
enum class job_event : std::uint8_t {
  start,       ///< it got a slot
  finished,    ///< the attempt completed the last step
  failed,      ///< the attempt failed
  retry_later, ///< the attempt asks for another one after a delay
  unreachable, ///< the attempt could not reach its destination: it does not count
  stopped,     ///< the attempt stopped at a step's end because it was asked to
  gave_way,    ///< the attempt stopped at a step's end to let others run
  interrupted, ///< the server stops, or died while the attempt was alive
  due,         ///< the time that it waits for has come
  pause,
  resume,
  resume_early, ///< a resume before the time that the job waited for when it was paused
  cancel,
  resubmit,
};

/// When a transition must be on disk.
enum class durable : std::uint8_t {
  before_reply, ///< before anyone is told
  next_batch,   ///< with the next commit; nobody waits for it
  nothing,      ///< the row does not change
};

struct transition {
  job_phase from;
  job_event on;
  job_phase to;
  durable when;
};

// clang-format off
inline constexpr auto transitions = [] {
  using enum job_phase;
  using enum job_event;
  using enum durable;
  return std::to_array<transition>({
    // from       on           to          on disk
    {pending,     start,       running,    next_batch},
    {pending,     pause,       paused,     before_reply},
    {pending,     cancel,      failure,    before_reply},
    {pending,     failed,      failure,    before_reply},
    {delayed,     due,         pending,    next_batch},
    {delayed,     pause,       paused,     before_reply},
    {delayed,     cancel,      failure,    before_reply},
    {running,     finished,    success,    before_reply},
    {running,     failed,      failure,    before_reply},
    {running,     retry_later, retry,      before_reply},
    {running,     unreachable, pending,    next_batch},
    {running,     stopped,     pending,    next_batch},   // a pause that was taken back
    {running,     gave_way,    yielded,    next_batch},
    {running,     interrupted, pending,    next_batch},   // not a failure
    {running,     pause,       pausing,    before_reply},
    {running,     cancel,      cancelling, before_reply},
    {pausing,     finished,    success,    before_reply},
    {pausing,     failed,      failure,    before_reply},
    {pausing,     retry_later, paused,     before_reply},
    {pausing,     unreachable, paused,     before_reply},
    {pausing,     stopped,     paused,     before_reply},
    {pausing,     gave_way,    paused,     before_reply},
    {pausing,     interrupted, paused,     next_batch},
    {pausing,     pause,       pausing,    nothing},
    {pausing,     resume,      running,    before_reply},
    {pausing,     cancel,      cancelling, before_reply},
    {cancelling,  finished,    failure,    before_reply}, // an accepted cancel is never lost
    {cancelling,  failed,      failure,    before_reply},
    {cancelling,  retry_later, failure,    before_reply},
    {cancelling,  unreachable, failure,    before_reply},
    {cancelling,  stopped,     failure,    before_reply},
    {cancelling,  gave_way,    failure,    before_reply},
    {cancelling,  interrupted, failure,    before_reply},
    {cancelling,  pause,       cancelling, nothing},
    {cancelling,  cancel,      cancelling, nothing},
    {yielded,     start,       running,    next_batch},
    {yielded,     interrupted, pending,    next_batch},
    {yielded,     failed,      failure,    before_reply},
    {yielded,     pause,       paused,     before_reply},
    {yielded,     cancel,      failure,    before_reply},
    {paused,      pause,       paused,     nothing},
    {paused,      resume,      pending,    before_reply},
    {paused,      resume_early, delayed,   before_reply},
    {paused,      cancel,      failure,    before_reply},
    {paused,      failed,      failure,    before_reply},
    {retry,       due,         pending,    next_batch},
    {retry,       pause,       paused,     before_reply},
    {retry,       cancel,      failure,    before_reply},
    {success,     pause,       success,    nothing},
    {success,     cancel,      success,    nothing},
    {failure,     pause,       failure,    nothing},
    {failure,     cancel,      failure,    nothing},
    {failure,     resubmit,    pending,    before_reply},
  });
}();

// clang-format on

/// The row for that phase and event; null: the event is refused.
constexpr const transition* next(job_phase from, job_event on) noexcept {
  for (const auto& row : transitions)
    if (row.from == from && row.on == on)
      return &row;
  return nullptr;
}

/// The event that a client's action is.
constexpr job_event event_of(job_action action) noexcept {
  switch (action) {
  case job_action::cancel:
    return job_event::cancel;
  case job_action::pause:
    return job_event::pause;
  case job_action::resume:
    return job_event::resume;
  case job_action::resubmit:
    return job_event::resubmit;
  }
  return job_event::cancel;
}

std::string_view to_text(job_phase phase) noexcept;
std::string_view to_text(job_event event) noexcept;

/// The table as Markdown with a Mermaid diagram: docs/job-states.md.
std::string describe_job_states();

static_assert([] { // no pair has two answers
  for (std::size_t i = 0; i < transitions.size(); ++i)
    for (std::size_t j = i + 1; j < transitions.size(); ++j)
      if (transitions[i].from == transitions[j].from && transitions[i].on == transitions[j].on)
        return false;
  return true;
}());
static_assert([] { // an accepted cancel is never lost
  for (const auto& row : transitions)
    if (row.from == job_phase::cancelling && row.to != job_phase::failure && row.to != job_phase::cancelling)
      return false;
  return true;
}());
static_assert([] { // nothing leaves success
  for (const auto& row : transitions)
    if (row.from == job_phase::success && row.to != job_phase::success)
      return false;
  return true;
}());
static_assert([] { // what a client asks for or is told of is on disk first
  for (const auto& row : transitions)
    if (row.when == durable::next_batch && (is_final(row.to) || row.on >= job_event::pause))
      return false;
  return true;
}());

} // namespace troupe
