/// \file
/// What is known of a job from outside.
#pragma once

#include <troupe/error.hpp>

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// Wall-clock time, UTC, microseconds: the resolution that records keep and clients see.
using time_point = std::chrono::sys_time<std::chrono::microseconds>;
using std::chrono::microseconds;

/// Name of a job: a UUID in lower case, 36 characters. Version 7, so that names sort by submission.
struct job_id {
  std::string text;
  friend auto operator<=>(const job_id&, const job_id&) = default;
};

/// The six states that clients see (`State` of `GET /jobs/{id}`). How one follows another: core/job_states.hpp.
enum class job_state : std::uint8_t { pending, running, success, failure, paused, retry };

/// `Pending`, `Running`, `Success`, `Failure`, `Paused`, `Retry`.
std::string_view to_text(job_state state) noexcept;

/// True for success and failure.
constexpr bool is_final(job_state state) noexcept {
  return state == job_state::success || state == job_state::failure;
}

/// What a client may ask of a job (`POST /jobs/{id}/{action}`).
enum class job_action : std::uint8_t { cancel, pause, resume, resubmit };

/// `cancel`, `pause`, `resume`, `resubmit`: as in the route.
std::string_view to_text(job_action action) noexcept;
/// The action of that name; nothing if there is none.
std::optional<job_action> parse_job_action(std::string_view text) noexcept;

/// An attempt that ended without ending the job, or whose end is being followed by another one.
struct job_attempt_record {
  std::uint32_t number = 0; ///< from 1
  time_point started;
  time_point ended;
  std::uint64_t steps_done = 0;          ///< the cursor at its end
  error_code code = error_code::success; ///< success: it was paused or interrupted
  std::string details;
};

/// A job at one moment. `content` and `user_data` are JSON texts, so that this header needs no JSON library.
struct job_record {
  job_id id;
  std::string type;
  job_state state = job_state::pending;
  std::int32_t priority = 0; ///< higher runs first
  double progress = 0;       ///< 0 to 1
  time_point created;
  std::optional<time_point> completed; ///< set in the two final states
  microseconds runtime{0};             ///< time spent in Running only
  std::uint32_t attempts = 0;          ///< how often it was started
  std::uint64_t steps_done = 0;
  std::uint64_t steps_total = 0;
  std::uint64_t failed_items = 0;
  error_code code = error_code::success;
  std::string error_details;
  std::string content = "{}"; ///< JSON object, specific to the type
  std::string user_data;      ///< JSON value, empty if none was given
  std::string lane;           ///< its destination
  time_point changed;         ///< of its last transition
  std::uint32_t max_retries = 0;
  std::uint32_t retries = 0;                        ///< how many of them were used
  std::optional<time_point> not_before;             ///< when it waits for a time: which
  std::vector<job_attempt_record> earlier_attempts; ///< the newest of them, oldest first
};

} // namespace troupe

template <>
struct std::hash<troupe::job_id> {
  std::size_t operator()(const troupe::job_id& id) const noexcept { return std::hash<std::string>{}(id.text); }
};
