#include "core/schedule.hpp"
#include "core/uuid.hpp"

#include <boost/test/unit_test.hpp>

namespace troupe {
namespace {

using namespace std::chrono_literals;

moment at(microseconds time) {
  return {time_point{time}, time};
}

job_row row_of(job_sequence job, const std::string& lane = "a", std::int32_t priority = 0) {
  uuid_bytes id{};
  id[0] = static_cast<std::uint8_t>(job);
  job_row row;
  row.sequence = job;
  row.id.text = uuid_text(id);
  row.type = "t";
  row.lane = lane;
  row.priority = priority;
  row.steps_total = 10;
  return row;
}

void submit(schedule& core, const job_row& row) {
  core.add(row);
  core.written(row.sequence, at(0s));
}

} // namespace

BOOST_AUTO_TEST_SUITE(schedule_of_jobs)

BOOST_AUTO_TEST_CASE(a_job_that_kills_the_server_three_times_is_set_aside) {
  auto row = row_of(1);
  row.phase = job_phase::running;
  for (int crash = 1; crash <= 3; ++crash) {
    schedule core(static_cast<std::uint32_t>(crash), {});
    const auto what = core.recover(row, false, {});
    row = what.row;
    BOOST_TEST(what.ended == (crash == 3));
    if (const auto next = core.start_next({}))
      row = next->row;
  }
  BOOST_TEST((row.phase == job_phase::failure));
}

BOOST_AUTO_TEST_CASE(a_stream_that_is_resubmitted_is_an_ordinary_job_and_survives_a_restart) {
  schedule core(1, {});
  auto row = row_of(1);
  row.phase = job_phase::failure;
  row.streamed = true;
  core.adopt(row);
  const auto what = core.control(1, job_action::resubmit, {});
  schedule restarted(2, {});
  BOOST_TEST(!restarted.recover(what->row, false, {}).ended);
}

BOOST_AUTO_TEST_CASE(the_time_when_the_server_was_down_is_no_runtime) {
  schedule core(2, {});
  auto row = row_of(1);
  row.phase = job_phase::running;
  row.runtime = 7s;
  BOOST_TEST(core.recover(row, false, {time_point{}, 1h}).row.runtime.count() == 7'000'000);
}

BOOST_AUTO_TEST_CASE(runtime_counts_running_only) {
  schedule core(1, {});
  submit(core, row_of(1));
  const auto next = core.start_next({time_point{}, 100s});
  core.end_attempt(1, next->row.epoch, {.event = job_event::retry_later, .delay = 5s}, {time_point{}, 103s});
  core.attempt_gone(1, next->row.epoch, {});
  BOOST_TEST(core.find(1)->runtime.count() == 3'000'000);
  BOOST_TEST(!core.next_due({time_point{4s}, {}}));
  BOOST_TEST(core.next_due({time_point{5s}, {}}).has_value());
}

BOOST_AUTO_TEST_CASE(a_job_that_was_cancelled_when_the_server_died_says_so) {
  schedule core(2, {});
  auto row = row_of(1);
  row.phase = job_phase::cancelling;
  const auto what = core.recover(row, false, {});
  BOOST_TEST(what.ended);
  BOOST_TEST((what.row.code == error_code::canceled_job));
}

BOOST_AUTO_TEST_CASE(another_priority_counts_at_once_and_is_refused_when_the_job_has_ended) {
  schedule core(1, {.slots = 1});
  submit(core, row_of(1));
  submit(core, row_of(2));
  const auto what = core.prioritize(2, 7, {});
  BOOST_TEST_REQUIRE(what.has_value());
  BOOST_TEST(what->row.priority == 7);
  BOOST_TEST((what->when == durable::before_reply));
  BOOST_TEST(core.start_next({})->row.sequence == 2U);
  core.control(1, job_action::cancel, {});
  BOOST_TEST(!core.prioritize(1, 7, {}).has_value());
  BOOST_TEST(!core.prioritize(99, 7, {}).has_value());
}

BOOST_AUTO_TEST_CASE(a_delayed_job_that_was_paused_and_resumed_still_waits_for_its_time) {
  schedule core(1, {});
  auto row = row_of(1);
  row.phase = job_phase::delayed;
  row.not_before = time_point{60s};
  submit(core, row);
  const auto paused = core.control(1, job_action::pause, at(1s));
  schedule restarted(2, {});
  restarted.recover(paused->row, true, at(2s));
  restarted.control(1, job_action::resume, at(3s));
  BOOST_TEST((restarted.phase_of(1) == job_phase::delayed));
  BOOST_TEST(!restarted.next_due(at(59s)));
  BOOST_TEST(restarted.next_due(at(60s)).has_value());
  BOOST_TEST(!restarted.find(1)->not_before);
}

BOOST_AUTO_TEST_CASE(a_cancelled_job_that_is_resubmitted_at_once_does_not_wake_the_attempt_that_was_sent_away) {
  schedule core(1, {.slots = 1});
  submit(core, row_of(1));
  const auto first = core.start_next({})->row.epoch;
  core.control(1, job_action::pause, {});
  core.park(1, first, {.event = job_event::stopped}, {});
  BOOST_TEST(core.control(1, job_action::cancel, {})->end_parked);
  core.control(1, job_action::resubmit, {});
  const auto again = core.start_next({});
  BOOST_TEST(!again->parked);
  BOOST_TEST(again->row.epoch != first);
  BOOST_TEST(!core.attempt_gone(1, first, {}));
  BOOST_TEST((core.phase_of(1) == job_phase::running));
  BOOST_TEST(core.running() == 1U);
}

BOOST_AUTO_TEST_CASE(the_last_word_of_an_attempt_takes_no_slot_from_the_next_one) {
  schedule core(1, {.slots = 2});
  submit(core, row_of(1));
  const auto first = core.start_next({})->row.epoch;
  core.end_attempt(1, first, {.event = job_event::failed, .why = error{error_code::bad_file_format}}, {});
  core.control(1, job_action::resubmit, {});
  BOOST_TEST_REQUIRE(core.start_next({}).has_value()); // before the first attempt is gone
  BOOST_TEST(core.running() == 1U);
  core.attempt_gone(1, first, {});
  BOOST_TEST(core.running() == 1U);
}

BOOST_AUTO_TEST_CASE(a_job_that_lends_its_slot_hinders_nobody_from_being_asked_to_give_way) {
  schedule core(1, {.slots = 1, .slice = 1s});
  submit(core, row_of(1));
  submit(core, row_of(2, "b"));
  submit(core, row_of(3, "c"));
  const auto first = core.start_next(at(0s))->row.epoch;
  BOOST_TEST((core.next_to_give_way(at(2s)) == 1U));
  core.lend_slot(1, first, false);
  core.start_next(at(2s));
  BOOST_TEST((core.next_to_give_way(at(4s)) == 2U));
}

BOOST_AUTO_TEST_CASE(a_job_that_gave_way_is_not_next_itself_even_if_it_made_no_step) {
  schedule core(1, {.slots = 1});
  submit(core, row_of(1, "first"));
  const auto long_one = core.start_next(at(0s));
  submit(core, row_of(2, "second"));
  BOOST_REQUIRE((core.next_to_give_way(at(1s)) == 1U));
  core.end_attempt(1, long_one->row.epoch, {.event = job_event::gave_way}, at(1s));
  core.attempt_gone(1, long_one->row.epoch, at(1s));
  BOOST_TEST(core.start_next(at(1s))->row.sequence == 2U);
}

BOOST_AUTO_TEST_CASE(who_waits_is_told_what_for) {
  schedule core(1, {.slots = 1});
  core.add(row_of(1));
  BOOST_TEST((core.explain(1, {}).held_by == hold::being_written));
  core.written(1, {});
  submit(core, row_of(2));
  submit(core, row_of(3, "b"));
  BOOST_TEST((core.explain(2, {}).held_by == hold::slots));
  BOOST_TEST(core.explain(2, {}).ahead == 2U);
  core.set_lane("b", 0, true);
  BOOST_TEST((core.explain(3, {}).held_by == hold::lane_paused));
  BOOST_TEST(core.explain(2, {}).ahead == 1U);
  core.set_lane("b", 0, false);
  core.set_lane("a", 1, false);
  core.start_next({});
  BOOST_TEST((core.explain(1, {}).held_by == hold::nothing));
  BOOST_TEST((core.explain(2, {}).held_by == hold::lane_limit));
  core.control(2, job_action::pause, {});
  BOOST_TEST((core.explain(2, {}).held_by == hold::paused));
  auto late = row_of(4);
  late.phase = job_phase::delayed;
  late.not_before = time_point{60s};
  submit(core, late);
  BOOST_TEST((core.explain(4, at(20s)).held_by == hold::not_before));
  BOOST_TEST(core.explain(4, at(20s)).expected_wait->count() == 40'000'000);
  BOOST_TEST((core.explain(99, {}).held_by == hold::nothing));
}

BOOST_AUTO_TEST_CASE(who_waits_for_an_unreachable_destination_is_told_why_and_ends_if_it_may_not_be_tried_again) {
  schedule core(1, {.slots = 1});
  submit(core, row_of(1));
  submit(core, row_of(2));
  auto patient = row_of(3);
  patient.retry.max_retries = 3;
  submit(core, patient);
  const auto epoch = core.start_next({})->row.epoch;
  const error refused{error_code::network_protocol, "refused"};
  BOOST_TEST(
    core.end_attempt(1, epoch, {.event = job_event::unreachable, .why = refused, .can_probe = true}, {})->ended);
  BOOST_TEST((core.explain(2, {}).held_by == hold::unreachable));
  BOOST_TEST(core.explain(2, {}).text == "refused");
  BOOST_TEST(!core.next_hopeless({}));
  BOOST_TEST((core.next_probe(at(1s))->lane == "a"));
  core.probed("a", refused, at(1s));
  BOOST_TEST((core.next_hopeless(at(1s))->row.sequence == 2U));
  BOOST_TEST(!core.next_hopeless(at(1s)));
  core.probed("a", error{error_code::success}, at(9s));
  core.attempt_gone(1, epoch, at(9s));
  BOOST_TEST((core.start_next(at(9s))->row.sequence == 3U));
}

BOOST_AUTO_TEST_CASE(a_retry_waits_between_nothing_and_twice_its_pause_which_doubles_up_to_its_bound) {
  schedule core(1, {.slots = 1});
  auto row = row_of(1);
  row.retry = {.max_retries = 60, .delay = 1000ms, .delay_max = 1h};
  submit(core, row);
  microseconds time{0}, longest{0};
  for (int i = 0; i < 60; ++i) {
    const auto epoch = core.start_next(at(time))->row.epoch;
    const auto what =
      core.end_attempt(1, epoch, {.event = job_event::failed, .why = error{error_code::timeout}}, at(time));
    core.attempt_gone(1, epoch, at(time));
    BOOST_TEST_REQUIRE((what->row.phase == job_phase::retry));
    const auto pause = *what->row.not_before - time_point{time};
    BOOST_TEST(pause.count() <= std::min<std::int64_t>(2'000'000LL << std::min(i, 20), 3'600'000'000LL));
    longest = std::max(longest, microseconds{pause});
    time += pause;
    core.next_due(at(time));
  }
  BOOST_TEST(longest >= 30min);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
