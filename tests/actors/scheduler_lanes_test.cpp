#include "tests/actors/gate.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;

step_result too_late(std::uint64_t, step_context&) {
  return step_result::failed({error_code::timeout, "too late"});
}

BOOST_AUTO_TEST_SUITE(scheduler_lanes)

BOOST_AUTO_TEST_CASE(a_long_job_gives_way_to_another_lane_after_its_time_and_both_succeed) {
  const scratch directory;
  std::vector<std::string> order;
  run* running = nullptr;
  const auto slow = [&](std::uint64_t number, step_context&) {
    order.push_back("long " + std::to_string(number));
    running->elapse(100ms);
    return step_result::more();
  };
  const auto quick = [&](std::uint64_t, step_context&) {
    order.emplace_back("other");
    return step_result::more();
  };
  run server(directory.path, {type_of("Long", effect::network, 20, slow), type_of("T", effect::network, 1, quick)},
             one_slot);
  running = &server;
  const auto first = server.ask<job_id>(submit_job{.type = "Long"});
  while (order.empty() && server.move()) {
  }
  const auto second = server.ask<job_id>(submit_job{.type = "T"});
  server.settle();
  BOOST_TEST(server.state(first->value().value()) == "Success");
  BOOST_TEST(server.state(second->value().value()) == "Success");
  BOOST_REQUIRE(order.size() == 21U);
  const auto at = std::ranges::find(order, "other") - order.begin();
  BOOST_TEST(at >= 5);
  BOOST_TEST(at <= 8);
  order.erase(order.begin() + at);
  BOOST_TEST(std::set<std::string>(order.begin(), order.end()).size() == 20U); // no step was repeated
  BOOST_TEST(server.see(first->value().value()).attempts == 1U);
}

BOOST_AUTO_TEST_CASE(a_job_gives_no_way_to_its_own_lane) {
  const scratch directory;
  std::vector<std::uint64_t> order;
  run* running = nullptr;
  const auto slow = [&](std::uint64_t number, step_context&) {
    order.push_back(number);
    running->elapse(300ms);
    return step_result::more();
  };
  run server(directory.path, {type_of("T", effect::network, 10, slow)}, one_slot);
  running = &server;
  server.ask<job_id>(submit_job{.type = "T"});
  server.ask<job_id>(submit_job{.type = "T"});
  server.settle();
  BOOST_REQUIRE(order.size() == 20U);
  BOOST_TEST(std::ranges::is_sorted(order.begin(), order.begin() + 10));
}

BOOST_AUTO_TEST_CASE(a_lane_runs_no_more_jobs_than_its_limit_also_after_a_restart) {
  const scratch directory;
  const gate door;
  const std::vector types{type_of("T", effect::network, 1, door), type_of("Other", effect::network, 1, nothing)};
  const auto running_in = [](run& server) {
    const auto all = lanes_of(server);
    const auto found = std::ranges::find(all, "T", &lane_record::name);
    return found == all.end() ? 0 : found->running;
  };
  std::vector<job_id> ids;
  const auto slots = [](options& o) { o.concurrent_jobs.set_value(4); };
  {
    run server(directory.path, types, slots);
    const auto limited = change_lane(server, {.name = "T", .limit = 2});
    BOOST_REQUIRE(limited.has_value());
    BOOST_TEST(limited->limit == 2U);
    for (int i = 0; i < 5; ++i)
      ids.push_back(server.submit({.type = "T"}));
    BOOST_TEST(running_in(server) == 2U);
    BOOST_TEST((explain(server, ids[4]).held_by == hold::lane_limit));
    const auto other = server.submit({.type = "Other"});
    server.pass(10ms); // while others wait, its end is written with theirs
    BOOST_TEST(server.state(other) == "Success");
  }
  run server(directory.path, types, slots);
  BOOST_TEST(running_in(server) == 2U);
  BOOST_TEST(change_lane(server, {.name = "T", .limit = 3})->running == 2U);
  server.settle();
  BOOST_TEST(running_in(server) == 3U);
  door.open();
  server.settle();
  for (const auto& id : ids)
    BOOST_TEST(server.state(id) == "Success");
}

BOOST_AUTO_TEST_CASE(a_paused_lane_starts_no_job_until_it_is_freed_also_after_a_restart) {
  const scratch directory;
  const std::vector types{type_of("T", effect::network, 1, nothing)};
  job_id held;
  {
    run server(directory.path, types);
    BOOST_TEST(change_lane(server, {.name = "lane A", .paused = true})->paused);
    held = server.submit({.type = "T", .arguments = "lane A"});
    BOOST_TEST(server.state(held) == "Pending");
    const auto other = server.submit({.type = "T", .arguments = "lane B"});
    server.pass(10ms); // while others wait, its end is written with theirs
    BOOST_TEST(server.state(other) == "Success");
    BOOST_TEST((explain(server, held).held_by == hold::lane_paused));
  }
  {
    run server(directory.path, types);
    BOOST_TEST(server.state(held) == "Pending");
    const auto all = lanes_of(server);
    BOOST_REQUIRE(all.size() == 1U);
    BOOST_TEST(all[0].name == "lane A");
    BOOST_TEST(all[0].paused);
    BOOST_TEST(all[0].waiting == 1U);
    change_lane(server, {.name = "lane A", .paused = false});
    BOOST_TEST(server.state(held) == "Success");
    BOOST_TEST(lanes_of(server).empty());
  }
  run server(directory.path, types);
  BOOST_TEST(lanes_of(server).empty());
}

BOOST_AUTO_TEST_CASE(a_running_job_goes_on_when_its_lane_is_paused) {
  const scratch directory;
  const gate door;
  run server(directory.path, {type_of("T", effect::network, 3, door)});
  const auto id = server.submit({.type = "T"});
  BOOST_TEST(change_lane(server, {.name = "T", .paused = true})->running == 1U);
  door.open();
  server.settle();
  BOOST_TEST(server.state(id) == "Success");
}

BOOST_AUTO_TEST_CASE(a_lane_needs_a_name_of_at_most_128_bytes) {
  const scratch directory;
  run server(directory.path, {});
  BOOST_TEST(change_lane(server, {.name = "", .paused = true}).has_error());
  BOOST_TEST(change_lane(server, {.name = std::string(129, 'x'), .paused = true}).has_error());
  BOOST_TEST(change_lane(server, {.name = std::string(128, 'x'), .paused = true}).has_value());
}

BOOST_AUTO_TEST_CASE(a_job_is_explained_by_what_holds_it) {
  const scratch directory;
  const gate door;
  run server(directory.path, {type_of("T", effect::network, 1, door), type_of("Fails", effect::network, 1, too_late)},
             one_slot);
  const auto running = server.submit({.type = "T"});
  BOOST_TEST((explain(server, running).held_by == hold::nothing));
  const auto first = server.submit({.type = "T"});
  const auto second = server.submit({.type = "T"});
  const auto why = explain(server, second);
  BOOST_TEST((why.held_by == hold::slots));
  BOOST_TEST(why.ahead == 1U);
  BOOST_TEST(!why.ahead_is_floor);
  BOOST_REQUIRE(why.running.size() == 1U);
  BOOST_TEST(why.running[0].text == running.text);
  BOOST_TEST(!why.text.empty());
  BOOST_TEST(explain(server, first).ahead == 0U);

  server.control(first, job_action::pause);
  BOOST_TEST((explain(server, first).held_by == hold::paused));
  BOOST_TEST(explain(server, second).ahead == 0U);

  const auto later = server.submit({.type = "T", .not_before = server.clock.now() + 1h});
  BOOST_TEST((explain(server, later).held_by == hold::not_before));
  BOOST_TEST((*explain(server, later).expected_start == server.clock.now() + 1h));

  change_lane(server, {.name = "T", .paused = true});
  BOOST_TEST((explain(server, second).held_by == hold::lane_paused));
  change_lane(server, {.name = "T", .limit = 1, .paused = false});
  BOOST_TEST((explain(server, second).held_by == hold::lane_limit));

  server.control(running, job_action::cancel);
  door.open();
  server.settle();
  const auto retried = server.submit({.type = "Fails", .retries = retry_policy{.max_retries = 1}});
  BOOST_TEST((explain(server, retried).held_by == hold::retry));
  BOOST_TEST((*explain(server, retried).expected_start == *server.see(retried).not_before));
  BOOST_TEST((explain(server, running).held_by == hold::nothing));
  const auto nobody = server.ask<job_explanation>(explain_job{{"0"}});
  server.settle();
  BOOST_TEST(nobody->value().has_error());
}

BOOST_AUTO_TEST_CASE(another_priority_changes_the_order_of_those_that_wait) {
  const scratch directory;
  const gate door;
  run server(directory.path, {type_of("T", effect::network, 1, door)}, one_slot);
  const auto running = server.submit({.type = "T"});
  std::vector<job_id> waiting;
  for (int i = 0; i < 3; ++i)
    waiting.push_back(server.submit({.type = "T"}));
  const auto answer = server.ask<job_record>(prioritize_job{waiting[2], 7});
  server.settle();
  BOOST_TEST(answer->value()->priority == 7);
  BOOST_TEST(explain(server, waiting[2]).ahead == 0U);
  BOOST_TEST(explain(server, waiting[0]).ahead == 1U);
  BOOST_TEST(explain(server, waiting[1]).ahead == 2U);
  door.open();
  server.settle();
  BOOST_TEST((*server.see(waiting[2]).completed <= *server.see(waiting[0]).completed));
  const auto late = server.ask<job_record>(prioritize_job{running, 1});
  server.settle();
  BOOST_TEST(late->value().has_error());
}

BOOST_AUTO_TEST_CASE(the_lanes_that_have_jobs_or_settings_are_listed) {
  const scratch directory;
  const gate door;
  run server(directory.path, {type_of("T", effect::network, 1, door)}, one_slot);
  server.submit({.type = "T", .arguments = "lane A"});
  server.submit({.type = "T", .arguments = "lane B"});
  server.submit({.type = "T", .arguments = "lane B"});
  change_lane(server, {.name = "empty", .limit = 3});
  const auto all = lanes_of(server);
  BOOST_REQUIRE(all.size() == 3U);
  const auto lane = [&all](std::string_view name) { return *std::ranges::find(all, name, &lane_record::name); };
  BOOST_TEST(lane("lane A").running == 1U);
  BOOST_TEST(lane("lane A").waiting == 0U);
  BOOST_TEST(lane("lane B").running == 0U);
  BOOST_TEST(lane("lane B").waiting == 2U);
  BOOST_TEST(lane("lane B").reachable);
  BOOST_TEST(lane("empty").limit == 3U);
  door.open();
  server.settle();
  BOOST_TEST(lanes_of(server).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace troupe::testing
