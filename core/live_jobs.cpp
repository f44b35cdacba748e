#include "core/live_jobs.hpp"

namespace troupe {

void live_jobs::set(live_job entry) {
  const std::scoped_lock lock(mutex_);
  entries_.insert_or_assign(entry.sequence, std::move(entry));
}

void live_jobs::advance(std::uint64_t sequence, std::uint64_t epoch, std::uint64_t steps_done,
                        std::uint64_t failed_items, const std::optional<std::string>& content) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(sequence);
  if (found == entries_.end() || found->second.epoch != epoch)
    return;
  found->second.steps_done = steps_done;
  found->second.failed_items = failed_items;
  if (content)
    found->second.content = *content;
}

void live_jobs::set_phase(std::uint64_t sequence, job_phase phase) {
  const std::scoped_lock lock(mutex_);
  if (const auto found = entries_.find(sequence); found != entries_.end())
    found->second.phase = phase;
}

void live_jobs::erase(std::uint64_t sequence) {
  const std::scoped_lock lock(mutex_);
  entries_.erase(sequence);
}

std::optional<live_job> live_jobs::find(std::uint64_t sequence) const {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(sequence);
  return found == entries_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::uint64_t> live_jobs::sequences() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::uint64_t> all;
  all.reserve(entries_.size());
  for (const auto& entry : entries_)
    all.push_back(entry.first);
  return all;
}

} // namespace troupe
