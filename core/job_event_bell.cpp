#include "core/job_event_bell.hpp"

#include <utility>
#include <vector>

namespace troupe {

namespace {

constexpr std::size_t listeners_max = 1024;

} // namespace

job_event_bell::listener job_event_bell::listen(std::function<void()> hear) {
  const std::scoped_lock lock(mutex_);
  if (listeners_.size() >= listeners_max)
    return 0;
  listeners_.emplace(++last_, std::move(hear));
  return last_;
}

void job_event_bell::leave(listener which) {
  const std::scoped_lock lock(mutex_);
  listeners_.erase(which);
}

void job_event_bell::ring() const {
  const std::scoped_lock lock(mutex_);
  for (const auto& [which, hear] : listeners_)
    hear();
}

std::size_t job_event_bell::listeners() const {
  const std::scoped_lock lock(mutex_);
  return listeners_.size();
}

} // namespace troupe
