// Lives of a server under a seed: submissions, actions, ends of attempts, commits that come late, crashes that lose
// what was not committed, restarts. What must always hold is checked after every event.

#include "core/schedule.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace troupe {
namespace {

constexpr std::size_t slots = 3;

class life {
public:
  explicit life(unsigned seed) : random_(seed), core_(std::make_unique<schedule>(1, slots)) {}

  void run() {
    for (int i = 0; i < 400; ++i) {
      event();
      check();
    }
    settle_down();
  }

private:
  struct attempt {
    epoch_number epoch;
    bool parked = false;
  };

  struct job {
    std::optional<job_row> disk;      ///< as committed
    bool acknowledged = false;        ///< its submission was
    bool cancel_acknowledged = false; ///< and not resubmitted since
  };

  /// A write on its way to the disk, in order.
  struct write {
    job_row row;
    bool ended;
    bool acknowledges_cancel;
    bool acknowledges_resubmit;
    bool added;
  };

  moment at() {
    now_ += microseconds{1 + static_cast<int>(random_() % 500'000)};
    return {time_point{now_}, now_};
  }

  void event() {
    switch (random_() % 12) {
    case 0:
    case 1:
    case 2:
      submit();
      break;
    case 3:
    case 4:
      act();
      break;
    case 5:
    case 6:
    case 7:
      end_some_attempt();
      break;
    case 8:
    case 9:
    case 10:
      commit_some();
      break;
    default:
      if (random_() % 8 == 0)
        crash(random_() % 3 == 0);
      else
        while (const auto due = core_->next_due(at()))
          put(*due);
    }
    dispatch();
  }

  void submit() {
    job_row row;
    row.sequence = ++last_;
    row.id.text = std::to_string(last_);
    row.lane = std::to_string(random_() % 3);
    row.priority = static_cast<std::int32_t>(random_() % 2);
    row.steps_total = 1 + random_() % 5;
    core_->add(row);
    jobs_[row.sequence];
    writes_.push_back({row, false, false, false, true});
  }

  job_sequence some_job() { return last_ == 0 ? 1 : 1 + random_() % last_; }

  void act() {
    const auto which = some_job();
    const auto found = jobs_.find(which);
    if (found == jobs_.end() || !found->second.disk)
      return;
    if (core_->find(which) == nullptr)
      core_->adopt(*found->second.disk);
    const auto action = static_cast<job_action>(random_() % 4);
    const auto before = core_->find(which)->phase;
    const auto what = core_->control(which, action, at());
    if (!what || what->when == durable::nothing) {
      core_->release(which);
      return;
    }
    BOOST_TEST((before != job_phase::success));
    put(*what, action == job_action::cancel, action == job_action::resubmit);
    if (what->stop_attempt)
      stopping_.insert(which);
  }

  void put(const change& what, bool cancel = false, bool resubmit = false) {
    if (what.when != durable::nothing)
      writes_.push_back({what.row, what.ended, cancel, resubmit, false});
  }

  void dispatch() {
    while (const auto next = core_->start_next(at())) {
      const auto& row = next->row;
      BOOST_TEST(jobs_.at(row.sequence).disk.has_value()); // nothing runs before it is on disk
      BOOST_TEST(epochs_.insert(row.epoch).second == !next->parked);
      BOOST_TEST(attempts_.contains(row.sequence) == next->parked);
      attempts_[row.sequence] = {row.epoch, false};
      writes_.push_back({row, false, false, false, false});
      for (const auto& [other, state] : jobs_) { // first come, first served within a lane
        const auto* waiting = core_->find(other);
        if (waiting != nullptr && waiting->phase == job_phase::pending && state.disk && waiting->lane == row.lane
            && waiting->priority == row.priority)
          BOOST_TEST((other > row.sequence || !committed_.contains(other)));
      }
    }
  }

  void end_some_attempt() {
    if (attempts_.empty())
      return;
    auto found = attempts_.lower_bound(some_job());
    if (found == attempts_.end())
      found = attempts_.begin();
    const auto [which, running] = *found;
    if (running.parked)
      return;
    static constexpr std::array ways{job_event::finished, job_event::finished, job_event::failed,
                                     job_event::retry_later};
    attempt_end how{.event = stopping_.contains(which) && random_() % 2 ? job_event::stopped
                                                                        : ways.at(random_() % ways.size()),
                    .why = error{error_code::network_protocol, "x"},
                    .delay = std::chrono::milliseconds{random_() % 2000}};
    stopping_.erase(which);
    if (random_() % 20 == 0) { // it dies without a word
      attempts_.erase(which);
      if (const auto what = core_->attempt_gone(which, running.epoch, at()))
        put(*what);
      return;
    }
    const auto stale = core_->end_attempt(which, running.epoch + 1000, how, at());
    BOOST_TEST(!stale);
    const auto what = core_->end_attempt(which, running.epoch, how, at());
    BOOST_TEST(what.has_value());
    put(*what);
    attempts_.erase(which);
    BOOST_TEST(!core_->attempt_gone(which, running.epoch, at()));
  }

  void commit_some() {
    const auto count = writes_.empty() ? 0 : 1 + random_() % writes_.size();
    for (std::size_t i = 0; i < count; ++i)
      commit(writes_.at(i));
    writes_.erase(writes_.begin(), writes_.begin() + static_cast<std::ptrdiff_t>(count));
  }

  void commit(const write& one) {
    auto& of = jobs_.at(one.row.sequence);
    if (of.disk && is_final(of.disk->phase) && !one.acknowledges_resubmit)
      BOOST_TEST((one.row.phase == of.disk->phase)); // one final state
    of.disk = one.row;
    if (one.added) {
      of.acknowledged = true;
      core_->written(one.row.sequence);
      committed_.insert(one.row.sequence);
    }
    if (one.acknowledges_cancel)
      of.cancel_acknowledged = true;
    if (one.acknowledges_resubmit)
      of.cancel_acknowledged = false;
    if (of.cancel_acknowledged)
      BOOST_TEST((one.row.phase != job_phase::success));
    if (one.ended)
      core_->settle(one.row.sequence);
  }

  void crash(bool clean) {
    if (clean)
      commit_all();
    writes_.clear();
    attempts_.clear();
    stopping_.clear();
    core_ = std::make_unique<schedule>(++boot_, slots);
    std::erase_if(jobs_, [](const auto& entry) { return !entry.second.disk; });
    for (auto& [sequence, of] : jobs_)
      if (!is_final(of.disk->phase)) {
        const auto what = core_->recover(*of.disk, clean, at());
        if (what.when != durable::nothing)
          of.disk = what.row;
        if (what.ended)
          core_->settle(sequence);
      }
  }

  void commit_all() {
    for (std::size_t i = 0; i < writes_.size(); ++i)
      commit(writes_[i]);
    writes_.clear();
  }

  void check() {
    BOOST_TEST(core_->running() <= slots);
    std::size_t alive = 0;
    for (const auto& [which, running] : attempts_)
      alive += running.parked ? 0 : 1;
    BOOST_TEST(alive <= slots);
  }

  // No lost wake-up: left alone, every job that is not paused reaches its end.
  void settle_down() {
    commit_all();
    dispatch();
    for (int i = 0; i < 100'000 && (!attempts_.empty() || core_->waiting() > 0 || !writes_.empty()); ++i) {
      end_some_attempt();
      while (const auto due = core_->next_due(at()))
        put(*due);
      commit_all();
      dispatch();
    }
    for (const auto& [which, of] : jobs_) {
      BOOST_TEST(of.acknowledged);
      BOOST_TEST((is_final(of.disk->phase) || of.disk->phase == job_phase::paused));
      if (of.cancel_acknowledged)
        BOOST_TEST((of.disk->phase == job_phase::failure));
    }
  }

  std::mt19937 random_;
  std::unique_ptr<schedule> core_;
  microseconds now_{0};
  std::uint32_t boot_ = 1;
  job_sequence last_ = 0;
  std::map<job_sequence, job> jobs_;
  std::map<job_sequence, attempt> attempts_;
  std::set<job_sequence> stopping_;
  std::set<job_sequence> committed_;
  std::set<epoch_number> epochs_;
  std::vector<write> writes_;
};

unsigned lives_to_live() {
  const char* const asked = std::getenv("TROUPE_SIMULATED_LIVES");
  return asked != nullptr ? static_cast<unsigned>(std::atoi(asked)) : 1500;
}

} // namespace

BOOST_AUTO_TEST_SUITE(schedule_simulation)

BOOST_AUTO_TEST_CASE(whatever_happens_no_acknowledged_job_is_lost_doubled_or_stuck) {
  for (unsigned seed = 1; seed <= lives_to_live(); ++seed)
    BOOST_TEST_CONTEXT("seed " << seed)
  life(seed).run();
}

BOOST_AUTO_TEST_CASE(a_job_that_kills_the_server_three_times_is_set_aside) {
  job_row row{.sequence = 1, .phase = job_phase::running, .steps_total = 1};
  for (int crash = 1; crash <= 3; ++crash) {
    schedule core(static_cast<std::uint32_t>(crash), 1);
    const auto what = core.recover(row, false, {});
    row = what.row;
    BOOST_TEST(what.ended == (crash == 3));
    if (const auto next = core.start_next({}))
      row = next->row;
  }
  BOOST_TEST((row.phase == job_phase::failure));
}

BOOST_AUTO_TEST_CASE(a_stream_that_is_resubmitted_is_an_ordinary_job_and_survives_a_restart) {
  schedule core(1, 1);
  core.adopt({.sequence = 1, .phase = job_phase::failure, .steps_total = 1, .streamed = true});
  const auto what = core.control(1, job_action::resubmit, {});
  schedule restarted(2, 1);
  BOOST_TEST(!restarted.recover(what->row, false, {}).ended);
}

BOOST_AUTO_TEST_CASE(the_time_when_the_server_was_down_is_no_runtime) {
  schedule core(2, 1);
  job_row row{.sequence = 1, .phase = job_phase::running, .steps_total = 1};
  row.runtime = std::chrono::seconds{7};
  const auto what = core.recover(row, false, {time_point{}, std::chrono::hours{1}});
  BOOST_TEST(what.row.runtime.count() == 7'000'000);
}

BOOST_AUTO_TEST_CASE(runtime_counts_running_only) {
  schedule core(1, 1);
  core.add({.sequence = 1, .steps_total = 1});
  core.written(1);
  const auto next = core.start_next({time_point{}, std::chrono::seconds{100}});
  core.end_attempt(1, next->row.epoch, {.event = job_event::retry_later, .delay = std::chrono::seconds{5}},
                   {time_point{}, std::chrono::seconds{103}});
  core.attempt_gone(1, next->row.epoch, {});
  BOOST_TEST(core.find(1)->runtime.count() == 3'000'000);
  BOOST_TEST(!core.next_due({time_point{std::chrono::seconds{4}}, {}}));
  BOOST_TEST(core.next_due({time_point{std::chrono::seconds{5}}, {}}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
