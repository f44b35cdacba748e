#include "core/lane_book.hpp"

#include <boost/test/unit_test.hpp>

namespace troupe {
namespace {

using namespace std::chrono_literals;

moment at(microseconds time) {
  return {time_point{time}, time};
}

const error refused{error_code::network_protocol, "refused"};

} // namespace

BOOST_AUTO_TEST_SUITE(book_of_lanes)

BOOST_AUTO_TEST_CASE(a_lane_is_shown_while_it_has_jobs_or_settings) {
  lane_book book;
  const auto a = book.enter("a");
  BOOST_TEST(book.view().size() == 1U);
  book.leave(a);
  BOOST_TEST(book.view().empty());
  book.leave(book.set("b", 3, false));
  BOOST_TEST(book.view().size() == 1U);
  book.leave(book.set("b", 0, false));
  BOOST_TEST(book.view().empty());
}

BOOST_AUTO_TEST_CASE(a_lane_that_comes_back_soon_keeps_its_number_and_many_others_push_it_out) {
  lane_book book;
  const auto a = book.enter("a");
  book.leave(a);
  BOOST_TEST(book.enter("a") == a);
  book.leave(a);
  for (int i = 0; i < 1000; ++i)
    book.leave(book.enter(std::to_string(i)));
  BOOST_TEST(!book.contains(a));
  BOOST_TEST(!book.find("a"));
}

BOOST_AUTO_TEST_CASE(what_holds_a_lane_is_named) {
  lane_book book;
  const auto a = book.enter("a");
  BOOST_TEST((book.held_by(a) == hold::nothing));
  book.leave(book.set("a", 1, false));
  book.job_started(a);
  BOOST_TEST((book.held_by(a) == hold::lane_limit));
  book.open(a, refused, book.type("t"), at(0s));
  BOOST_TEST((book.held_by(a) == hold::unreachable));
  book.leave(book.set("a", 1, true));
  BOOST_TEST((book.held_by(a) == hold::lane_paused));
}

BOOST_AUTO_TEST_CASE(a_destination_that_stays_out_of_reach_is_looked_at_ever_less_often_up_to_a_minute) {
  lane_book book;
  const auto a = book.enter("a");
  book.open(a, refused, book.type("t"), at(0s));
  microseconds time{0};
  for (const microseconds pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    BOOST_TEST(!book.next_probe(at(time + pause - 1us)));
    BOOST_TEST(book.next_probe(at(time + pause)).has_value());
    BOOST_TEST(!book.next_probe(at(time + pause + 1h))); // it is under way
    time += pause;
    book.reopen(a, refused, at(time));
  }
  book.close(a);
  BOOST_TEST(!book.probe_at());
  book.open(a, refused, book.type("t"), at(time));
  BOOST_TEST(book.next_probe(at(time + 1s)).has_value());
}

BOOST_AUTO_TEST_CASE(several_jobs_that_find_out_at_the_same_time_count_once) {
  lane_book book;
  const auto a = book.enter("a");
  for (int i = 0; i < 5; ++i)
    book.open(a, refused, book.type("t"), at(0s));
  BOOST_TEST((book.probe_at() == 1s));
}

BOOST_AUTO_TEST_CASE(a_job_that_may_not_wait_brings_the_probe_forward_but_to_no_more_than_one_a_second) {
  lane_book book;
  const auto a = book.enter("a");
  book.open(a, refused, book.type("t"), at(0s));
  for (int i = 1; i <= 6; ++i) {
    book.next_probe(at(1h));
    book.reopen(a, refused, at(100s * i));
  }
  book.hasten_probe(a, at(600s + 200ms));
  BOOST_TEST((book.probe_at() == 601s));
  book.hasten_probe(a, at(610s));
  BOOST_TEST((book.probe_at() == 601s));
  book.next_probe(at(601s));
  book.hasten_probe(a, at(602s));
  BOOST_TEST(!book.probe_at());
}

BOOST_AUTO_TEST_CASE(without_a_prober_one_job_at_a_time_is_on_trial) {
  lane_book book;
  const auto a = book.enter("a");
  book.open(a, refused, std::nullopt, at(0s));
  BOOST_TEST((book.held_by(a) == hold::unreachable));
  book.next_probe(at(1s));
  BOOST_TEST(book.on_trial(a));
  BOOST_TEST((book.held_by(a) == hold::nothing));
  book.job_started(a);
  BOOST_TEST((book.held_by(a) == hold::unreachable));
  book.job_stopped(a);
  book.open(a, refused, std::nullopt, at(2s));
  BOOST_TEST((book.held_by(a) == hold::unreachable));
  BOOST_TEST((book.probe_at() == 4s));
}

BOOST_AUTO_TEST_CASE(a_lane_without_jobs_forgets_that_it_was_out_of_reach) {
  lane_book book;
  const auto a = book.enter("a");
  book.open(a, refused, book.type("t"), at(0s));
  book.leave(a);
  BOOST_TEST(!book.probe_at());
  BOOST_TEST(book.view("a").reachable);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
