#include "core/lanes.hpp"

#include <algorithm>
#include <iterator>

namespace troupe {

void lanes::push(const place& at) {
  auto& in = bands_[at.band];
  auto& queue = in.queues[at.lane];
  if (queue.jobs.empty()) {
    in.idle.erase({queue.given, at.lane});
    bands_of_[at.lane].insert(at.band);
    if (!held_.contains(at.lane))
      enter_ring(at.band, in, at.lane, queue);
  }
  if (queue.jobs.insert(at.job).second) {
    ++in.jobs;
    ++size_;
  }
}

bool lanes::erase(const place& at) {
  const auto in = bands_.find(at.band);
  if (in == bands_.end())
    return false;
  const auto queue = in->second.queues.find(at.lane);
  if (queue == in->second.queues.end() || !queue->second.jobs.contains(at.job))
    return false;
  drop_job(in, at.lane, queue->second, at.job);
  return true;
}

std::optional<lanes::place> lanes::front() const {
  if (active_.empty())
    return std::nullopt;
  const auto band = *active_.begin();
  const auto& in = bands_.at(band);
  const auto lane = in.ring.begin()->second;
  return place{*in.queues.at(lane).jobs.begin(), lane, band};
}

void lanes::take(const place& front, std::uint64_t cost) {
  const auto in = bands_.find(front.band);
  auto& queue = in->second.queues.at(front.lane);
  in->second.level = queue.given;
  in->second.ring.erase({queue.given, front.lane});
  queue.given += std::max<std::uint64_t>(cost, 1);
  in->second.ring.emplace(queue.given, front.lane);
  drop_job(in, front.lane, queue, front.job);
}

bool lanes::give_back(lane_number lane, std::int32_t band, std::uint64_t cost) {
  const auto in = bands_.find(band);
  if (in == bands_.end())
    return false;
  const auto found = in->second.queues.find(lane);
  if (found == in->second.queues.end())
    return false;
  rank(in->second, lane, found->second, found->second.given - std::min(found->second.given, cost));
  return true;
}

void lanes::charge(lane_number lane, std::int32_t band, std::uint64_t cost) {
  auto& in = bands_.at(band);
  auto& queue = in.queues.at(lane);
  rank(in, lane, queue, queue.given + cost);
}

void lanes::rank(band_state& in, lane_number lane, lane_queue& of, std::uint64_t given) {
  auto& where = in.ring.contains({of.given, lane}) ? in.ring : in.idle;
  if (where.erase({of.given, lane}) > 0)
    where.emplace(given, lane);
  of.given = given;
}

void lanes::hold(lane_number lane) {
  if (!held_.insert(lane).second)
    return;
  if (const auto found = bands_of_.find(lane); found != bands_of_.end())
    for (const auto band : found->second) {
      auto& in = bands_.at(band);
      leave_ring(band, in, lane, in.queues.at(lane));
    }
}

void lanes::free(lane_number lane) {
  if (held_.erase(lane) == 0)
    return;
  if (const auto found = bands_of_.find(lane); found != bands_of_.end())
    for (const auto band : found->second) {
      auto& in = bands_.at(band);
      enter_ring(band, in, lane, in.queues.at(lane));
    }
}

// Those of higher bands, those before it in its lane, and of each other lane as many as its own has before it.
std::uint64_t lanes::ahead_of(const place& at, std::uint64_t most) const {
  std::uint64_t count = 0;
  for (const auto& [band, in] : bands_) {
    if (band > at.band) {
      count += in.jobs;
      continue;
    }
    if (band < at.band || count >= most)
      break;
    const auto own = in.queues.find(at.lane);
    if (own == in.queues.end())
      break;
    std::uint64_t before = 0;
    for (const auto job : own->second.jobs) {
      if (job >= at.job || count + before >= most)
        break;
      ++before;
    }
    count += before;
    for (const auto& [given, lane] : in.ring)
      if (lane != at.lane && count < most)
        count += std::min<std::uint64_t>(before, in.queues.at(lane).jobs.size());
  }
  return count;
}

bool lanes::any_above(std::int32_t band) const {
  return !bands_.empty() && bands_.begin()->first > band;
}

void lanes::for_each_in(lane_number lane, const std::function<void(const place&)>& visit) const {
  const auto found = bands_of_.find(lane);
  if (found == bands_of_.end())
    return;
  for (const auto band : found->second)
    for (const auto job : bands_.at(band).queues.at(lane).jobs)
      visit({job, lane, band});
}

void lanes::enter_ring(std::int32_t band, band_state& in, lane_number lane, lane_queue& of) {
  of.given = std::max(of.given, in.level);
  in.ring.emplace(of.given, lane);
  active_.insert(band);
}

void lanes::leave_ring(std::int32_t band, band_state& in, lane_number lane, const lane_queue& of) {
  in.ring.erase({of.given, lane});
  if (in.ring.empty())
    active_.erase(band);
}

// No table here outgrows the jobs that wait: a lane without any is forgotten once the others have caught up with it, a
// band with its last job.
void lanes::drop_job(bands::iterator in, lane_number lane, lane_queue& of, job_sequence job) {
  auto& state = in->second;
  of.jobs.erase(job);
  --state.jobs;
  --size_;
  if (!of.jobs.empty())
    return;
  leave_ring(in->first, state, lane, of);
  if (const auto all = bands_of_.find(lane); all->second.erase(in->first) > 0 && all->second.empty())
    bands_of_.erase(all);
  if (state.jobs == 0) {
    bands_.erase(in);
    return;
  }
  state.idle.emplace(of.given, lane);
  while (!state.idle.empty() && state.idle.begin()->first <= state.level) {
    state.queues.erase(state.idle.begin()->second);
    state.idle.erase(state.idle.begin());
  }
}

} // namespace troupe
