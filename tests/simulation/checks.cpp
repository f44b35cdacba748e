// What must hold after every event of a simulated life.

#include "core/failure_class.hpp"
#include "tests/simulation/life.hpp"

#include <algorithm>

namespace troupe {

using namespace std::chrono_literals;

void life::broken(const char* what) const {
  throw broken_promise("seed " + std::to_string(seed_) + ", event " + std::to_string(step_) + ": broken: " + what
                       + "\nreplay: TROUPE_SIMULATED_SEED=" + std::to_string(seed_));
}

// Certainly: a lane that is out of reach and has no prober may be on trial, which is not seen from outside.
bool life::must_be_eligible(std::size_t which) const {
  const auto& of = lanes_.at(which);
  return !of.paused && !of.open && !is_silent(which) && (of.limit == 0 || held_.at(which) < of.limit);
}

bool life::is_silent(std::size_t which) const {
  return std::ranges::any_of(jobs_,
                             [which](const job& of) { return of.inside && of.lane == which && of.lent && of.silent; });
}

bool life::may_start(const job& of) const {
  const auto& in = lanes_.at(of.lane);
  if (in.open) {
    const bool on_trial = !in.can_probe && held_.at(of.lane) == 0 && now_ >= in.opened + 1s;
    return on_trial && !in.paused && !is_silent(of.lane);
  }
  return must_be_eligible(of.lane);
}

void life::check() {
  std::size_t inside = 0, waiting = 0, paused = 0;
  std::array<std::size_t, lanes_count> used{};
  for (const auto& of : jobs_) {
    const auto phase = core_->phase_of(of.sequence);
    promise(phase.has_value() == of.inside, "the schedule holds the jobs that are not over, and no others");
    if (!of.inside)
      continue;
    promise(*phase == of.phase, "a job is in the state that was told");
    promise(of.live == is_live(of.phase), "a job is live with its attempt");
    ++inside;
    ++used.at(of.lane);
    waiting += of.on_disk && (waits_in_lane(of.phase) || waits_for_time(of.phase)) ? 1 : 0;
    paused += of.phase == job_phase::paused ? 1 : 0;
  }
  for (std::size_t i = 0; i < lanes_count; ++i)
    if (used.at(i) == 0)
      lanes_.at(i).open = lanes_.at(i).looking = false;
  promise(core_->size() == inside, "jobs are counted");
  promise(core_->waiting() == waiting, "waiting jobs are counted");
  promise(core_->paused() == paused, "paused jobs are counted");
  promise(core_->running() == holders(), "slots are counted");
  check_lanes(used);
  check_idle();
}

void life::check_lanes(const std::array<std::size_t, lanes_count>& inside) const {
  for (std::size_t i = 0; i < lanes_count; ++i) {
    const auto& of = lanes_.at(i);
    const auto seen = core_->view_lane(of.name);
    promise(seen.limit == of.limit && seen.paused == of.paused, "a lane is as it was set");
    promise(seen.running == held_.at(i), "the slots of a lane are counted");
    promise(seen.jobs == inside.at(i), "the jobs of a lane are counted");
    promise(seen.reachable != of.open, "a lane is reachable until an attempt or a probe says otherwise");
  }
}

void life::check_order(const job& first) const {
  const bool ageing = limits_.ageing.count() > 0;
  const auto rises = ageing ? static_cast<std::int32_t>((now_ - first.queued) / limits_.ageing) : 0;
  for (const auto& other : jobs_) {
    if (!other.inside || !other.on_disk || !waits_in_lane(other.phase) || other.sequence == first.sequence)
      continue;
    promise(other.priority <= first.priority + rises || !must_be_eligible(other.lane), "the highest band goes first");
    promise(ageing || other.lane != first.lane || other.priority != first.priority || other.sequence > first.sequence,
            "first come, first served within a lane");
  }
}

void life::check_nobody_waits_in_vain() const {
  if (holders() >= limits_.slots || unsettled_ >= limits_.unsettled)
    return;
  for (const auto& of : jobs_)
    if (of.inside && of.on_disk && waits_in_lane(of.phase))
      promise(!must_be_eligible(of.lane), "no slot is idle while a job may start");
}

void life::check_idle() const {
  const auto idle = core_->idle_for(now());
  promise(!idle || idle->count() > 0, "what was due has been done");
  for (const auto& of : jobs_)
    if (of.inside && of.on_disk && waits_for_time(of.phase))
      promise(idle && *idle <= of.not_before - now().wall, "nobody sleeps longer than until the next job is due");
  for (const auto& of : lanes_)
    if (of.open && of.can_probe && !of.looking)
      promise(idle && *idle <= 60s, "a lane that is out of reach is looked at again");
}

void life::check_who_gives_way(std::optional<job_sequence> chosen) {
  std::size_t parked = 0;
  bool asked = false;
  for (const auto& of : jobs_) {
    parked += of.parked ? 1 : 0;
    asked |= of.asked_to_give_way;
  }
  const bool may = holders() >= limits_.slots && parked < limits_.parked && !asked;
  promise(!chosen || may, "one is asked to give way at a time, if it can be kept and slots are short");
  if (chosen) {
    const auto& of = at(*chosen);
    promise(of.phase == job_phase::running && of.slot == of.epoch && now_ - of.live_since >= limits_.slice,
            "who gives way has had its slice");
    return;
  }
  if (!may || limits_.ageing.count() > 0)
    return;
  for (const auto& of : jobs_)
    if (of.phase == job_phase::running && of.slot == of.epoch && of.live && now_ - of.live_since >= limits_.slice)
      for (const auto& other : jobs_)
        promise(!(other.inside && other.on_disk && waits_in_lane(other.phase) && other.priority > of.priority
                  && must_be_eligible(other.lane)),
                "a job gives way to a higher priority after its slice");
}

job_phase life::expected_end(const job& of, const attempt_end& how) const {
  if (of.phase == job_phase::cancelling)
    return job_phase::failure;
  const auto unless_pausing = [&](job_phase phase) {
    return of.phase == job_phase::pausing ? job_phase::paused : phase;
  };
  switch (how.event) {
  case job_event::finished:
    return job_phase::success;
  case job_event::unreachable:
    return of.max_retries > 0 ? unless_pausing(job_phase::pending) : job_phase::failure;
  case job_event::failed:
    return classify(how.why.code()) == failure_class::transient && of.retries < of.max_retries
             ? unless_pausing(job_phase::retry)
             : job_phase::failure;
  case job_event::retry_later:
    return unless_pausing(job_phase::retry);
  case job_event::gave_way:
    return unless_pausing(job_phase::yielded);
  default:
    return unless_pausing(job_phase::pending);
  }
}

void life::check_recovered(const job& of, const job_row& before, const change& what, bool clean) const {
  const auto& row = what.row;
  const bool was_live = is_live(before.phase);
  const auto crashes = was_live ? (clean ? 0 : before.crashes + 1) : before.crashes;
  promise(row.crashes == crashes, "crashes in a row are counted");
  const bool fails = before.phase == job_phase::cancelling || before.streamed || crashes >= 3;
  promise(fails == (row.phase == job_phase::failure) && fails == what.ended,
          "a restart ends what was cancelled, what has no client, what kills the server, and nothing else");
  promise(before.phase != job_phase::cancelling || row.code == error_code::canceled_job, "a cancelled job says so");
  promise(!was_live || what.when == durable::before_reply, "a crash is counted before the next one can come");
  if (!fails)
    promise(row.phase
              == (before.phase == job_phase::pausing               ? job_phase::paused
                  : was_live || before.phase == job_phase::yielded ? job_phase::pending
                                                                   : before.phase),
            "an interrupted job waits again");
  promise(row.sequence == of.sequence && row.lane == before.lane && row.retry == before.retry && row.id == before.id
            && row.cursor == before.cursor && row.retries == before.retries
            && (what.ended || row.not_before == before.not_before) && row.steps_total == before.steps_total
            && row.attempts == before.attempts,
          "a row survives a restart");
}

// -- fairness ---------------------------------------------------------------------------------------------------------

// Start-time fair queueing: while two lanes wait in a band, what they were given differs by no more than the largest
// piece of work of each, and what was given back.
void life::watch_races() {
  if (limits_.ageing.count() > 0)
    return;
  std::array<std::array<bool, lanes_count>, bands_count> waits{};
  for (const auto& of : jobs_)
    if (of.inside && of.on_disk && waits_in_lane(of.phase))
      waits.at(static_cast<std::size_t>(of.priority)).at(of.lane) = true;
  for (std::size_t i = 0; i < lanes_count; ++i)
    if (!must_be_eligible(i))
      for (auto& band : waits)
        band.at(i) = false;
  for (std::size_t band = 0; band < bands_count; ++band)
    for (std::size_t a = 0; a < lanes_count; ++a)
      for (std::size_t b = a + 1; b < lanes_count; ++b)
        if (!waits[band][a] || !waits[band][b])
          races_[band][a][b].on = false;
        else if (!races_[band][a][b].on)
          races_[band][a][b] = {.on = true};
}

void life::charge(const job& of, std::int64_t work) {
  if (limits_.ageing.count() > 0)
    return;
  largest_work_ = std::max(largest_work_, work);
  auto& band = races_.at(static_cast<std::size_t>(of.priority));
  for (std::size_t other = 0; other < lanes_count; ++other) {
    if (other == of.lane)
      continue;
    auto& one = band[std::min(of.lane, other)][std::max(of.lane, other)];
    if (!one.on)
      continue;
    one.ahead += of.lane < other ? work : -work;
    one.least = std::min(one.least, one.ahead);
    one.most = std::max(one.most, one.ahead);
    promise(one.most - one.least <= 2 * largest_work_ + given_back_,
            "lanes that wait share by the work they are given");
  }
}

} // namespace troupe
