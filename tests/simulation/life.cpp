#include "tests/simulation/life.hpp"

#include "core/uuid.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

using namespace std::chrono_literals;

std::uint64_t dice::below(std::uint64_t bound) {
  state_ += 0x9E3779B97F4A7C15ULL;
  auto mixed = (state_ ^ (state_ >> 30)) * 0xBF58476D1CE4E5B9ULL;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
  return (mixed ^ (mixed >> 31)) % bound;
}

life::life(std::uint64_t seed) : seed_(seed), dice_(seed), calm_(seed % 4 == 0) {
  limits_.slots = 1 + dice_.below(4);
  limits_.unsettled = 2 + dice_.below(12);
  limits_.parked = 1 + dice_.below(3);
  limits_.slice = microseconds{100'000 + static_cast<std::int64_t>(dice_.below(500'000))};
  limits_.ageing = seed % 5 == 1 ? microseconds{1s} : 0s;
  for (std::size_t i = 0; i < lanes_count; ++i) {
    lanes_.at(i).name.push_back(static_cast<char>('a' + i));
    lanes_.at(i).can_probe = dice_.chance(50);
  }
  core_ = std::make_unique<schedule>(boot_, limits_);
}

void life::run() {
  const int events = 60 + static_cast<int>(dice_.below(60));
  for (step_ = 0; step_ < events; ++step_) {
    sleep(microseconds{1 + static_cast<std::int64_t>(dice_.below(dice_.chance(5) ? 8'000'000 : 400'000))});
    event();
    pump();
    check();
  }
  settle_down();
}

void life::sleep(microseconds time) {
  now_ += time;
}

life::job* life::some_job() {
  return jobs_.empty() ? nullptr : &jobs_[dice_.below(jobs_.size())];
}

life::job* life::some_live() {
  if (jobs_.empty())
    return nullptr;
  const auto from = dice_.below(jobs_.size());
  for (std::size_t i = 0; i < jobs_.size(); ++i)
    if (auto& of = jobs_[(from + i) % jobs_.size()]; of.live)
      return &of;
  return nullptr;
}

void life::event() {
  const auto which = dice_.below(100);
  if (which < 28)
    submit();
  else if (which < 39)
    act();
  else if (which < 42)
    prioritize();
  else if (which < 62)
    end_some_attempt();
  else if (which < 68)
    let_one_go();
  else if (which < 72)
    lend_or_take_back();
  else if (which < 75)
    change_lane();
  else if (which < 79)
    answer_probe(dice_.chance(40));
  else if (which < 81)
    lose_client();
  else if (which < 95)
    commit(writes_.empty() ? 0 : 1 + dice_.below(writes_.size()));
  else if (which < 96)
    forget_finished();
  else if (which < 97)
    core_->set_slots(limits_.slots = dice_.below(5));
  else if (which < 98 && !calm_)
    dice_.chance(60) ? start_again(false) : stop_in_order();
}

// -- clients ----------------------------------------------------------------------------------------------------------

void life::submit() {
  job of;
  of.sequence = jobs_.size() + 1;
  of.lane = dice_.below(lanes_count);
  of.steps = 1 + dice_.below(dice_.chance(10) ? 40 : 5);
  of.priority = static_cast<std::int32_t>(dice_.below(bands_count));
  of.max_retries = calm_ || dice_.chance(50) ? 0 : 1 + static_cast<std::uint32_t>(dice_.below(3));
  of.streamed = dice_.chance(10);
  of.inside = true;
  job_row row;
  row.sequence = of.sequence;
  uuid_bytes id{};
  id[0] = static_cast<std::uint8_t>(of.sequence);
  row.id.text = uuid_text(id);
  row.type.push_back('t');
  row.lane = lanes_.at(of.lane).name;
  row.priority = of.priority;
  row.steps_total = of.steps;
  row.retry = {of.max_retries, std::chrono::milliseconds{dice_.below(900)}, 2s};
  row.streamed = of.streamed;
  row.created = row.changed = now().wall;
  if (!of.streamed && dice_.chance(15)) {
    row.phase = of.phase = job_phase::delayed;
    row.not_before = of.not_before = now().wall + microseconds{dice_.below(dice_.chance(30) ? 30'000'000 : 3'000'000)};
  }
  core_->add(row);
  jobs_.push_back(std::move(of));
  writes_.push_back({.row = std::move(row), .added = true});
}

void life::act() {
  auto* const of = acted_on_ != 0 && dice_.chance(30) ? &at(acted_on_) : some_job();
  if (of == nullptr || !of->disk)
    return;
  if (!of->inside) {
    core_->adopt(*of->disk);
    know(*of, *of->disk);
  }
  acted_on_ = of->sequence;
  const auto action = static_cast<job_action>(dice_.below(4));
  const auto before = of->phase;
  const auto what = core_->control(of->sequence, action, now());
  promise(what.has_value() == (next(before, event_of(action)) != nullptr), "an action is refused as the table says");
  if (!what || what->when == durable::nothing) {
    core_->release(of->sequence);
    leave_if_over(*of);
    return;
  }
  promise(before != job_phase::success, "nothing leaves success");
  promise(what->stop_attempt == (is_live(before) && action != job_action::resume),
          "an attempt is asked to stop if its job shall");
  of->asked_to_stop |= what->stop_attempt;
  if (action == job_action::resubmit) {
    of->retries = 0;
    of->cursor = 0;
    of->streamed = false;
  }
  if (action == job_action::resubmit || (before == job_phase::retry && action == job_action::pause))
    of->not_before = {};
  take(*what, action == job_action::cancel, action == job_action::resubmit);
}

void life::prioritize() {
  auto* const of = some_job();
  if (of == nullptr || !of->disk || !of->inside)
    return;
  const auto priority = static_cast<std::int32_t>(dice_.below(bands_count));
  const auto what = core_->prioritize(of->sequence, priority, now());
  promise(what.has_value() != is_final(of->phase), "a job that is not final takes another priority");
  if (!what)
    return;
  promise(what->row.priority == priority, "a priority is the one that was asked for");
  given_back_ += of->live ? static_cast<std::int64_t>(of->steps) : 0;
  of->queued = now_;
  take(*what);
}

void life::lose_client() {
  auto* const of = some_job();
  if (of == nullptr || !of->inside)
    return;
  const bool ends = of->streamed && of->on_disk && (waits_in_lane(of->phase) || of->phase == job_phase::paused);
  const auto what = core_->client_gone(of->sequence, now());
  promise(what.has_value() == ends, "a stream that waits ends with its client");
  if (what) {
    promise(what->ended && what->row.phase == job_phase::failure, "a stream without a client fails");
    take(*what);
  }
}

void life::forget_finished() {
  auto* const of = some_job();
  if (of != nullptr && !of->inside && of->disk)
    of->disk.reset();
}

// -- attempts ---------------------------------------------------------------------------------------------------------

void life::end_some_attempt() {
  auto* const of = some_live();
  if (of == nullptr)
    return;
  if (!calm_ && dice_.chance(4)) { // it dies without a word
    const auto what = core_->attempt_gone(of->sequence, of->epoch, now());
    promise(what && what->ended, "an attempt that goes without a word fails its job");
    hold_slot(*of, 0);
    of->live = of->lent = of->asked_to_stop = of->asked_to_give_way = false;
    note_trial(*of);
    take(*what);
    return;
  }
  auto how = job_event::finished;
  if (of->asked_to_stop && dice_.chance(60))
    how = job_event::stopped;
  else if (of->asked_to_give_way && dice_.chance(70))
    how = job_event::gave_way;
  else if (!calm_ && dice_.chance(60))
    how = std::array{job_event::failed, job_event::failed, job_event::retry_later, job_event::unreachable}.at(
      dice_.below(4));
  end(*of, how, (how == job_event::stopped || how == job_event::gave_way) && dice_.chance(50));
}

attempt_end life::how_it_ends(const job& of, job_event how) {
  attempt_end told{.event = how};
  if (how == job_event::failed)
    told.why = error{dice_.chance(60) ? error_code::network_protocol : error_code::bad_file_format, "x"};
  if (how == job_event::unreachable)
    told.why = error{error_code::network_protocol, "x"};
  told.delay = std::chrono::milliseconds{dice_.below(2000)};
  told.can_probe = lanes_.at(of.lane).can_probe;
  const auto begun = how == job_event::unreachable ? 0 : dice_.below(of.steps - of.cursor + 1);
  told.cursor = how == job_event::finished ? of.steps : of.cursor + begun;
  return told;
}

void life::end(job& of, job_event how, bool park) {
  const auto told = how_it_ends(of, how);
  promise(!core_->end_attempt(of.sequence, of.epoch + 1000, told, now()), "a stranger's report is dropped");
  promise(!core_->end_attempt(of.sequence, of.epoch - 1, told, now()), "a report of an earlier attempt is dropped");
  const auto expected = expected_end(of, told);
  if (how == job_event::failed && (expected == job_phase::retry || expected == job_phase::paused))
    ++of.retries;
  if (how == job_event::unreachable && !is_final(expected))
    --of.attempts;
  of.cursor = told.cursor;
  lane_answers(of, how);
  const auto what =
    park ? core_->park(of.sequence, of.epoch, told, now()) : core_->end_attempt(of.sequence, of.epoch, told, now());
  promise(what.has_value(), "the end of an attempt is heard");
  note_trial(of);
  promise(what->row.phase == expected, "an attempt's end means what it should");
  promise(what->ended == is_final(expected), "an end is called one");
  if (of.phase == job_phase::cancelling)
    promise(what->row.code == error_code::canceled_job, "a cancelled job says so");
  if (what->row.phase == job_phase::retry) {
    const auto longest = now().wall + (how == job_event::retry_later ? told.delay : 2s);
    promise(what->row.not_before && *what->row.not_before <= longest
              && *what->row.not_before >= (how == job_event::retry_later ? longest : now().wall),
            "a retry waits for its pause");
  }
  given_back_ += static_cast<std::int64_t>(of.steps - of.cursor);
  of.live = of.lent = of.asked_to_stop = of.asked_to_give_way = false;
  if (park)
    hold_slot(of, 0);
  if (park && !what->ended)
    of.parked = true;
  else
    leaving_.push_back({of.sequence, of.epoch});
  if (park && what->ended)
    promise(what->end_parked, "an attempt that parks when its job ends is sent away");
  take(*what);
  if (!park && dice_.chance(50)) {
    std::swap(leaving_.back(), leaving_[dice_.below(leaving_.size())]);
    let_one_go();
  }
}

void life::let_one_go() {
  if (!leaving_.empty()) {
    const auto [which, epoch] = leaving_.back();
    leaving_.pop_back();
    auto& of = at(which);
    promise(!core_->attempt_gone(which, epoch, now()), "an attempt that has reported goes in silence");
    if (of.slot == epoch)
      hold_slot(of, 0);
  } else if (auto* const of = some_job(); of != nullptr && of->parked && dice_.chance(20)) {
    promise(!core_->attempt_gone(of->sequence, of->epoch, now()), "a parked attempt goes in silence");
    of->parked = false;
  }
}

void life::lend_or_take_back() {
  auto* const of = some_live();
  if (of == nullptr)
    return;
  if (of->lent) {
    core_->take_slot_back(of->sequence, of->epoch);
    hold_slot(*of, of->epoch);
  } else {
    of->silent = dice_.chance(50);
    core_->lend_slot(of->sequence, of->epoch, of->silent);
    hold_slot(*of, 0);
    of->asked_to_give_way = false;
  }
  of->lent = !of->lent;
}

// -- lanes ------------------------------------------------------------------------------------------------------------

void life::change_lane() {
  auto& of = lanes_.at(dice_.below(lanes_count));
  of.limit = static_cast<std::uint32_t>(dice_.below(3));
  of.paused = dice_.chance(30);
  core_->set_lane(of.name, of.limit, of.paused);
}

void life::answer_probe(bool well) {
  if (probes_.empty())
    return;
  const auto which = dice_.below(probes_.size());
  auto& of = lanes_.at(probes_.at(which));
  probes_.erase(probes_.begin() + static_cast<std::ptrdiff_t>(which));
  core_->probed(of.name, well ? error{error_code::success} : error{error_code::network_protocol, "y"}, now());
  if (of.open && well)
    of.open = false;
  of.looking = false;
  while (const auto lost = core_->next_hopeless(now())) {
    const auto& one = at(lost->row.sequence);
    promise(lanes_.at(one.lane).open && one.max_retries == 0 && waits_in_lane(one.phase),
            "only the hopeless are given up");
    take(*lost);
  }
  for (const auto& one : jobs_)
    if (one.inside && one.on_disk && waits_in_lane(one.phase) && one.max_retries == 0 && &lanes_.at(one.lane) == &of)
      promise(!of.open || well, "what may not be tried again does not wait for what stays out of reach");
}

// What the end of an attempt says about its destination.
void life::lane_answers(const job& of, job_event how) {
  auto& in = lanes_.at(of.lane);
  if (how == job_event::unreachable) {
    if (!in.open)
      in.opened = now_;
    in.looking &= !in.open;
    in.open = true;
  } else if (how == job_event::finished) {
    in.open = in.looking = false;
  }
}

// Without a prober a job is on trial, which is not seen from outside: its end closes the lane.
void life::note_trial(const job& of) {
  auto& in = lanes_.at(of.lane);
  if (in.open && !in.can_probe && now_ >= in.opened + 1s && core_->view_lane(in.name).reachable)
    in.open = false;
}

// -- the disk ---------------------------------------------------------------------------------------------------------

void life::commit(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    commit_one(writes_[i]);
  writes_.erase(writes_.begin(), writes_.begin() + static_cast<std::ptrdiff_t>(count));
}

void life::commit_one(const write& one) {
  auto& of = at(one.row.sequence);
  if (one.added && !settling_ && dice_.chance(3)) { // the disk refuses it
    core_->forget(of.sequence);
    of.inside = false;
    return;
  }
  if (of.disk && is_final(of.disk->phase))
    promise(one.resubmit || one.row.phase == of.disk->phase, "a job has one end");
  of.disk = one.row;
  if (one.added) {
    of.acknowledged = of.on_disk = true;
    of.queued = now_;
    core_->written(of.sequence, now());
  }
  of.cancel_acknowledged = (of.cancel_acknowledged || one.cancel) && !one.resubmit;
  promise(!of.cancel_acknowledged || one.row.phase != job_phase::success,
          "an acknowledged cancel never ends in success");
  if (one.ended) {
    core_->settle(of.sequence);
    --of.unsettled;
    --unsettled_;
    leave_if_over(of);
  }
}

void life::hold_slot(job& of, epoch_number epoch) {
  held_.at(of.lane) += epoch != 0 ? 1 : 0;
  held_.at(of.lane) -= of.slot != 0 ? 1 : 0;
  of.slot = epoch;
}

void life::leave_if_over(job& of) {
  if (!is_final(of.phase) || of.unsettled > 0)
    return;
  of.inside = of.parked = false;
  hold_slot(of, 0);
}

void life::stop_in_order() {
  core_->close();
  promise(!core_->start_next(now()), "nothing starts while the server stops");
  for (auto& of : jobs_)
    if (of.live)
      end(of, job_event::interrupted, false);
  commit(writes_.size());
  start_again(true);
}

void life::start_again(bool clean) {
  writes_.clear();
  leaving_.clear();
  probes_.clear();
  races_ = {};
  unsettled_ = 0;
  sleep(microseconds{dice_.below(3'000'000)});
  core_ = std::make_unique<schedule>(++boot_, limits_);
  for (auto& of : lanes_) {
    of.open = of.looking = false;
    core_->set_lane(of.name, of.limit, of.paused);
  }
  for (auto& of : jobs_) {
    of.inside = of.on_disk = of.live = of.parked = of.lent = of.asked_to_stop = of.asked_to_give_way = false;
    hold_slot(of, 0);
    of.unsettled = 0;
    if (of.disk && !is_final(of.disk->phase))
      recover(of, clean);
  }
}

void life::know(job& of, const job_row& row) {
  of.inside = of.on_disk = true;
  of.phase = row.phase;
  of.priority = row.priority;
  of.attempts = row.attempts;
  of.retries = row.retries;
  of.cursor = row.cursor;
  of.streamed = row.streamed;
  of.not_before = row.not_before.value_or(time_point{});
  of.queued = now_;
}

void life::recover(job& of, bool clean) {
  const auto before = *of.disk;
  const auto what = core_->recover(before, clean, now());
  check_recovered(of, before, what, clean);
  if (what.when != durable::nothing)
    of.disk = what.row;
  know(of, what.row);
  if (what.ended) {
    core_->settle(of.sequence);
    leave_if_over(of);
  }
}

// -- the server's part ------------------------------------------------------------------------------------------------

void life::pump() {
  core_->age(now());
  while (const auto due = core_->next_due(now())) {
    const auto& of = at(due->row.sequence);
    promise(waits_for_time(of.phase) && of.not_before <= now().wall, "a job is due when its time has come");
    take(*due);
  }
  while (const auto probe = core_->next_probe(now())) {
    auto& of = lanes_.at(static_cast<std::size_t>(probe->lane.front() - 'a'));
    promise(of.open && of.can_probe && !of.looking && now_ >= of.opened + 1s, "a lane is looked at when it should");
    promise(probe->type == "t", "a lane is looked at by who can");
    of.looking = true;
    probes_.push_back(static_cast<std::size_t>(&of - lanes_.data()));
  }
  watch_races();
  while (const auto next = core_->start_next(now()))
    begin(*next);
  check_nobody_waits_in_vain();
  const auto gives_way = core_->next_to_give_way(now());
  check_who_gives_way(gives_way);
  if (gives_way)
    at(*gives_way).asked_to_give_way = true;
}

void life::begin(const started& next) {
  const auto& row = next.row;
  auto& of = at(row.sequence);
  promise(of.inside && of.on_disk && of.disk, "nothing runs before it is on disk");
  promise(waits_in_lane(of.phase), "what starts has waited");
  promise(!of.live, "a job has one attempt at a time");
  promise(holders() < limits_.slots, "there are no more jobs than slots");
  promise(unsettled_ < limits_.unsettled, "nothing starts while too many ends are not on disk");
  promise(next.parked == of.parked, "a parked attempt goes on, and no other");
  promise(next.parked ? row.epoch == of.epoch : row.epoch > last_epoch_, "an epoch is used once");
  promise(of.not_before <= now().wall, "nothing starts before its time");
  promise(may_start(of), "nothing starts in a lane that is held");
  check_order(of);
  of.attempts += next.parked || of.phase == job_phase::yielded ? 0 : 1;
  promise(row.attempts == of.attempts, "attempts are counted, but not those that did not reach their destination");
  promise(row.retries == of.retries && row.retries <= of.max_retries, "retries are counted and bounded");
  promise(row.phase == job_phase::running, "what starts runs");
  if (!next.parked)
    last_epoch_ = row.epoch;
  of.phase = row.phase;
  of.not_before = {};
  of.epoch = row.epoch;
  hold_slot(of, row.epoch);
  of.live = true;
  of.parked = false;
  of.live_since = now_;
  writes_.push_back({.row = row});
  charge(of, static_cast<std::int64_t>(std::max<std::uint64_t>(1, of.steps - of.cursor)));
  watch_races();
}

void life::take(const change& what, bool cancel, bool resubmit) {
  auto& of = at(what.row.sequence);
  if (what.ended) {
    promise(is_final(what.row.phase), "what has ended is final");
    promise(what.when == durable::before_reply, "an end is on disk before anyone is told");
    promise(!of.parked || what.end_parked, "a parked attempt does not outlive its job");
    ++of.unsettled;
    ++unsettled_;
  }
  if (what.end_parked && of.parked) {
    of.parked = false;
    leaving_.push_back({of.sequence, of.epoch});
  }
  if (!waits_in_lane(of.phase) && waits_in_lane(what.row.phase))
    of.queued = now_;
  if (what.row.phase == job_phase::retry)
    of.not_before = what.row.not_before.value_or(time_point{});
  of.phase = what.row.phase;
  of.priority = what.row.priority;
  promise(what.row.retries == of.retries && of.retries <= of.max_retries, "retries are counted and bounded");
  if (what.when != durable::nothing)
    writes_.push_back({.row = what.row, .ended = what.ended, .cancel = cancel, .resubmit = resubmit});
}

// -- the end ----------------------------------------------------------------------------------------------------------

// No lost wake-up: left alone with open lanes, every job that is not paused ends; then those that are paused; then
// nothing is left.
void life::settle_down() {
  settling_ = calm_ = true;
  core_->set_slots(limits_.slots = std::max<std::size_t>(limits_.slots, 1));
  for (auto& of : lanes_) {
    of.limit = 0;
    of.paused = false;
    core_->set_lane(of.name, 0, false);
  }
  run_out();
  for (auto& of : jobs_)
    if (of.inside && of.phase == job_phase::paused) {
      const auto what = core_->control(of.sequence, dice_.chance(50) ? job_action::cancel : job_action::resume, now());
      promise(what.has_value(), "a paused job can be cancelled or resumed");
      take(*what, what->ended);
    }
  run_out();
  for (const auto& of : jobs_) {
    promise(!of.inside && (!of.disk || is_final(of.disk->phase)), "every job comes to an end");
    promise(!of.cancel_acknowledged || !of.disk || of.disk->phase == job_phase::failure, "a cancelled job has failed");
  }
  promise(core_->size() == 0 && core_->running() == 0 && core_->waiting() == 0 && core_->paused() == 0,
          "nothing is left of jobs that have ended");
  promise(core_->view_lanes().empty(), "nothing is left of lanes that nobody set");
}

void life::run_out() {
  for (int turn = 0; turn < 10'000; ++turn) {
    ++step_;
    for (auto& of : jobs_)
      if (of.live)
        end(of, job_event::finished, false);
    while (!leaving_.empty())
      let_one_go();
    while (!probes_.empty())
      answer_probe(true);
    commit(writes_.size());
    pump();
    check();
    if (!writes_.empty() || !probes_.empty())
      continue;
    const bool over = std::all_of(jobs_.begin(), jobs_.end(),
                                  [](const job& of) { return !of.inside || of.phase == job_phase::paused; });
    if (over)
      return;
    const auto idle = core_->idle_for(now());
    promise(idle.has_value(), "as long as something waits, there is a time to look again");
    sleep(*idle);
  }
  broken("left alone, the jobs end");
}

} // namespace troupe
