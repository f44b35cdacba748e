#include "core/lanes.hpp"

#include <algorithm>

namespace troupe {

void lanes::push(job_sequence job, const std::string& lane, std::int32_t priority, std::uint64_t cost) {
  auto& in = bands_[priority];
  const auto entry = in.queues.try_emplace(lane).first;
  auto& queue = entry->second;
  if (queue.jobs.empty()) {
    in.idle.erase({queue.given, lane});
    queue.given = std::max(queue.given, in.level);
    in.ring.emplace(queue.given, lane);
  }
  queue.jobs.emplace(job, std::max<std::uint64_t>(cost, 1));
  places_.insert_or_assign(job, place{priority, &entry->first});
}

bool lanes::erase(job_sequence job) {
  const auto found = places_.find(job);
  if (found == places_.end())
    return false;
  const auto [priority, lane] = found->second;
  places_.erase(found);
  auto& in = bands_.at(priority);
  auto& queue = in.queues.at(*lane);
  queue.jobs.erase(job);
  if (queue.jobs.empty())
    leave(priority, std::string(*lane));
  return true;
}

std::optional<job_sequence> lanes::pop() {
  if (places_.empty())
    return std::nullopt;
  const auto top = bands_.begin();
  auto& in = top->second;
  const auto [given, lane] = *in.ring.begin();
  auto& queue = in.queues.at(lane);
  const auto [job, cost] = *queue.jobs.begin();
  queue.jobs.erase(queue.jobs.begin());
  places_.erase(job);
  in.level = given;
  in.ring.erase(in.ring.begin());
  queue.given = given + cost;
  if (queue.jobs.empty())
    leave(top->first, lane);
  else
    in.ring.emplace(queue.given, lane);
  return job;
}

// No table here outgrows the jobs that wait: a lane without any is forgotten once the others have caught up with it, a
// band with its last lane.
void lanes::leave(std::int32_t priority, const std::string& lane) {
  auto& in = bands_.at(priority);
  const auto given = in.queues.at(lane).given;
  in.ring.erase({given, lane});
  in.idle.emplace(given, lane);
  if (in.ring.empty()) {
    bands_.erase(priority);
    return;
  }
  while (!in.idle.empty() && in.idle.begin()->first <= in.level) {
    in.queues.erase(in.idle.begin()->second);
    in.idle.erase(in.idle.begin());
  }
}

} // namespace troupe
