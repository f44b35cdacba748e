/// \file
/// Named places where a process can be made to die, so that tests can prove what survives. Without
/// `arm_crash_point` (the server: environment variable `TROUPE_CRASH_AT`) passing one costs a load.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace troupe {

enum class crash_point : std::uint8_t {
  submission_planned, ///< scheduler: the plan is made, nothing is written
  batch_taken,        ///< store: before the transaction
  batch_committed,    ///< store: durable, nobody was told
  attempt_begun,      ///< scheduler: the job has its slot, nothing of that is written
  step_returned,      ///< job: a step is done, its writes are not
  attempt_reported,   ///< scheduler: the end of an attempt is known, not written
  end_written,        ///< scheduler: the end is durable, those who wait were not told
  content_stored,     ///< a file is synced, or is to go into the index, whose entry is not written
};

struct named_crash_point {
  crash_point which;
  std::string_view name;
};

inline constexpr std::array crash_points{
  named_crash_point{crash_point::submission_planned, "submission_planned"},
  named_crash_point{crash_point::batch_taken, "batch_taken"},
  named_crash_point{crash_point::batch_committed, "batch_committed"},
  named_crash_point{crash_point::attempt_begun, "attempt_begun"},
  named_crash_point{crash_point::step_returned, "step_returned"},
  named_crash_point{crash_point::attempt_reported, "attempt_reported"},
  named_crash_point{crash_point::end_written, "end_written"},
  named_crash_point{crash_point::content_stored, "content_stored"},
};

/// `name` or `name:n`: the process is killed (SIGKILL) when it passes that place for the n-th time. Throws `failure`
/// with the names there are for any other text.
void arm_crash_point(std::string_view at);

namespace detail {
inline std::atomic<int> armed_crash_point{-1};
void count_pass();
} // namespace detail

/// The process is at that place.
inline void pass(crash_point which) {
  if (detail::armed_crash_point.load(std::memory_order_relaxed) == static_cast<int>(which))
    detail::count_pass();
}

} // namespace troupe
