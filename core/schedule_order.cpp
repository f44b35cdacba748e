#include "core/schedule.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

namespace {

constexpr std::uint64_t counted_ahead_max = 10'000;
/// How often those that run are looked at while others wait.
constexpr microseconds slice_check = std::chrono::milliseconds{50};

} // namespace

std::optional<started> schedule::start_next(moment at) {
  if (closed_ || holding_.size() >= limits_.slots || unsettled_ >= limits_.unsettled)
    return std::nullopt;
  const auto front = lanes_.front();
  if (!front)
    return std::nullopt;
  auto& of = entries_.at(front->job);
  lanes_.take(*front, work_left(of));
  if (limits_.ageing.count() > 0)
    taken_[front->band] = at.steady;
  of.charged = true;
  end_loan(front->job); // of an attempt that has ended
  const bool parked = drop_parked(of);
  if (!parked) {
    of.row.epoch = (epoch_number{boot_} << 32) | ++starts_;
    of.row.attempts += of.row.phase == job_phase::yielded ? 0 : 1; // it goes on
  }
  of.row.code = error_code::success;
  auto what = apply(front->job, of, *next(of.row.phase, job_event::start), at);
  take_slot(front->job, of);
  return started{std::move(what.row), parked};
}

std::optional<change> schedule::next_due(moment at) {
  if (closed_ || timed_.empty() || timed_.begin()->first > at.wall)
    return std::nullopt;
  const auto job = timed_.begin()->second;
  auto& of = entries_.at(job);
  return apply(job, of, *next(of.row.phase, job_event::due), at);
}

std::optional<change> schedule::next_hopeless(moment at) {
  while (!hopeless_.empty()) {
    const auto job = hopeless_.back();
    hopeless_.pop_back();
    const auto found = entries_.find(job);
    if (found == entries_.end() || !waits_in_lane(found->second.row.phase) || !book_.is_open(found->second.row.lane))
      continue;
    auto& of = found->second;
    of.row.code = error_code::network_protocol;
    auto what = apply(job, of, *next(of.row.phase, job_event::failed), at);
    what.end_parked = drop_parked(of);
    what.why = book_.why_open(of.row.lane);
    return what;
  }
  return std::nullopt;
}

std::optional<job_sequence> schedule::next_to_give_way(moment at) {
  if (closed_ || giving_way_ > 0 || parked_ >= limits_.parked || holding_.size() < limits_.slots)
    return std::nullopt;
  const auto front = lanes_.front();
  if (!front)
    return std::nullopt;
  std::optional<std::pair<std::int32_t, microseconds>> worst;
  std::optional<job_sequence> chosen;
  for (const auto& [job, epoch] : holding_) {
    const auto& of = entries_.at(job);
    const bool others_turn = front->band > of.band || (front->band == of.band && front->lane != of.row.lane);
    if (of.row.phase != job_phase::running || !others_turn || at.steady - of.live_since < limits_.slice)
      continue;
    if (const auto rank = std::pair(of.band, of.live_since); !worst || rank < *worst) {
      worst = rank;
      chosen = job;
    }
  }
  if (chosen) {
    entries_.at(*chosen).asked_to_give_way = true;
    ++giving_way_;
  }
  return chosen;
}

void schedule::age(moment at) {
  std::erase_if(taken_, [&](const auto& taken) { return taken.second + 2 * limits_.ageing < at.steady; });
  while (!promotions_.empty() && promotions_.begin()->first <= at.steady) {
    const auto [when, job] = *promotions_.begin();
    promotions_.erase(promotions_.begin());
    auto& of = entries_.at(job);
    of.live_since = when + limits_.ageing;
    promotions_.emplace(of.live_since, job);
    if (!lanes_.any_above(of.band) && !taken_above(of.band, when - limits_.ageing))
      continue; // nobody goes before it
    lanes_.erase(place_of(job, of));
    ++of.band;
    lanes_.push(place_of(job, of));
  }
}

bool schedule::taken_above(std::int32_t band, microseconds since) const {
  return std::any_of(taken_.begin(), taken_.lower_bound(band),
                     [&](const auto& taken) { return taken.second >= since; });
}

std::optional<microseconds> schedule::idle_for(moment at) const {
  std::optional<microseconds> least;
  const auto consider = [&least](microseconds wait) {
    least = std::min(least.value_or(wait), std::max(wait, microseconds{0}));
  };
  if (closed_)
    return least;
  if (!timed_.empty())
    consider(timed_.begin()->first - at.wall);
  if (const auto probe = book_.probe_at())
    consider(*probe - at.steady);
  if (!promotions_.empty())
    consider(promotions_.begin()->first - at.steady);
  if (holding_.size() >= limits_.slots && lanes_.front())
    consider(slice_check);
  return least;
}

// -- lanes ------------------------------------------------------------------------------------------------------------

void schedule::set_lane(const std::string& name, std::uint32_t limit, bool paused) {
  const auto lane = book_.set(name, limit, paused);
  review(lane);
  book_.leave(lane);
}

std::optional<lane_probe> schedule::next_probe(moment at) {
  if (closed_)
    return std::nullopt;
  while (const auto due = book_.next_probe(at)) {
    const auto [lane, prober] = *due;
    if (prober)
      return lane_probe{book_.name(lane), book_.type_name(*prober)};
    review(lane); // the next job of it is the probe
  }
  return std::nullopt;
}

void schedule::probed(const std::string& name, const error& seen, moment at) {
  const auto lane = book_.find(name);
  if (!lane || !book_.is_open(*lane))
    return;
  if (seen.code() == error_code::success) {
    book_.close(*lane);
    review(*lane);
    return;
  }
  book_.reopen(*lane, seen, at);
  lanes_.for_each_in(*lane, [this](const lanes::place& waiting) {
    if (entries_.at(waiting.job).row.max_retries == 0)
      hopeless_.push_back(waiting.job);
  });
}

waiting_reason schedule::explain(job_sequence job, moment at) const {
  const auto found = entries_.find(job);
  if (found == entries_.end())
    return {};
  const auto& of = found->second;
  const auto lane = of.row.lane;
  waiting_reason reason{.lane = book_.name(lane)};
  if (!of.on_disk) {
    reason.held_by = hold::being_written;
  } else if (of.row.phase == job_phase::paused) {
    reason.held_by = hold::paused;
  } else if (of.row.phase == job_phase::retry || of.row.phase == job_phase::delayed) {
    reason.held_by = of.row.phase == job_phase::retry ? hold::retry : hold::not_before;
    reason.expected_wait = std::max(microseconds{0}, microseconds{of.row.not_before - at.wall});
  } else if (of.row.phase == job_phase::pending || of.row.phase == job_phase::yielded) {
    const auto held = book_.held_by(lane);
    reason.held_by = held == hold::nothing ? hold::slots : held;
    reason.text = book_.why_open(lane);
    reason.ahead = lanes_.ahead_of(place_of(job, of), counted_ahead_max);
    reason.ahead_is_floor = reason.ahead >= counted_ahead_max;
    const auto abreast = std::max<std::size_t>(1, limits_.slots);
    if (reason.held_by == hold::slots || reason.held_by == hold::lane_limit)
      reason.expected_wait = book_.mean_runtime(lane) * (reason.ahead + 1) / abreast;
  }
  return reason;
}

} // namespace troupe
