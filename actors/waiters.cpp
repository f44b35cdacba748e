#include "actors/waiters.hpp"

#include <utility>

namespace troupe {

void waiters::add(job_sequence job, told tell, std::optional<microseconds> until,
                  std::optional<time_point> changed_after) {
  const auto number = ++last_;
  if (until)
    deadlines_.emplace(std::pair(*until, number), job);
  ++size_;
  of_job_[job].emplace(number, waiter{std::move(tell), until, changed_after});
}

std::vector<waiters::told> waiters::take_all(job_sequence job) {
  return take(job, std::nullopt);
}

std::vector<waiters::told> waiters::take_for_change(job_sequence job, time_point at) {
  return take(job, at);
}

std::vector<waiters::told> waiters::take(job_sequence job, std::optional<time_point> changed) {
  std::vector<told> taken;
  const auto found = of_job_.find(job);
  if (found == of_job_.end())
    return taken;
  std::erase_if(found->second, [&](auto& entry) {
    auto& [number, one] = entry;
    if (changed && !(one.changed_after && *changed > *one.changed_after))
      return false;
    if (one.until)
      deadlines_.erase({*one.until, number});
    taken.push_back(std::move(one.tell));
    --size_;
    return true;
  });
  if (found->second.empty())
    of_job_.erase(found);
  return taken;
}

std::optional<waiters::expired_waiter> waiters::take_expired(microseconds steady) {
  if (deadlines_.empty() || deadlines_.begin()->first.first > steady)
    return std::nullopt;
  const auto [key, job] = *deadlines_.begin();
  deadlines_.erase(deadlines_.begin());
  auto& of = of_job_.at(job);
  auto node = of.extract(key.second);
  --size_;
  if (of.empty())
    of_job_.erase(job);
  return expired_waiter{job, std::move(node.mapped().tell)};
}

std::optional<microseconds> waiters::first_deadline() const {
  return deadlines_.empty() ? std::nullopt : std::optional(deadlines_.begin()->first.first);
}

} // namespace troupe
