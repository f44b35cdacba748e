#include <troupe/job.hpp>

#include <array>

namespace troupe {

namespace {

constexpr std::array<std::string_view, 6> state_names{"Pending", "Running", "Success", "Failure", "Paused", "Retry"};
constexpr std::array<std::string_view, 4> action_names{"cancel", "pause", "resume", "resubmit"};
static_assert(state_names.size() == static_cast<std::size_t>(job_state::retry) + 1);
static_assert(action_names.size() == static_cast<std::size_t>(job_action::resubmit) + 1);

} // namespace

std::string_view to_text(job_state state) noexcept {
  return state_names[static_cast<std::size_t>(state)];
}

std::string_view to_text(job_action action) noexcept {
  return action_names[static_cast<std::size_t>(action)];
}

std::optional<job_action> parse_job_action(std::string_view text) noexcept {
  for (std::size_t i = 0; i < action_names.size(); ++i)
    if (action_names[i] == text)
      return static_cast<job_action>(i);
  return std::nullopt;
}

} // namespace troupe
