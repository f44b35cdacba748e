// Who holds a slot while a step waits, and what the end of a time slice does to a step.
#include "tests/actors/gate.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>
#include <utility>

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;

/// Everything happens but what the threads for slow calls do: their steps have not returned.
void settle_but_slow_calls(run& server) {
  while (server.coordinator.try_run_once() || server.cpu.run_one()) {
  }
}

BOOST_AUTO_TEST_SUITE(slots)

BOOST_AUTO_TEST_CASE(a_step_that_does_not_return_lends_its_slot_after_two_seconds_and_takes_it_back) {
  const scratch directory;
  auto slow = type_of("Slow", effect::network, 2, nothing);
  slow.pool = step_pool::io;
  run server(directory.path, {slow, type_of("T", effect::network, 1, nothing)}, one_slot);
  const std::string lane = "lane of the peer";
  const auto peer = server.ask<job_id>(submit_job{.type = "Slow", .arguments = lane});
  settle_but_slow_calls(server);
  const auto same = server.ask<job_id>(submit_job{.type = "T", .arguments = lane}); // so that no time slice ends
  settle_but_slow_calls(server);
  const auto state = [&server](const auto& answer) { return server.state(answer->value().value()); };
  server.elapse(1999ms);
  settle_but_slow_calls(server);
  BOOST_TEST((explain(server, same->value().value()).held_by == hold::slots));
  server.elapse(1ms);
  settle_but_slow_calls(server);
  BOOST_TEST((explain(server, same->value().value()).held_by == hold::silent)); // its slot is for others
  const auto other = server.ask<job_id>(submit_job{.type = "T"});
  settle_but_slow_calls(server);
  server.elapse(10ms);
  settle_but_slow_calls(server);
  BOOST_TEST(state(other) == "Success");
  BOOST_TEST(state(peer) == "Running");
  BOOST_REQUIRE(server.io.run_one()); // the first step returns: the second one needs the slot
  settle_but_slow_calls(server);
  const auto late = server.ask<job_id>(submit_job{.type = "T"});
  settle_but_slow_calls(server);
  BOOST_TEST(state(late) == "Pending");
  server.settle();
  server.pass(10ms);
  for (const auto& one : {peer, same, late})
    BOOST_TEST(state(one) == "Success");
}

BOOST_AUTO_TEST_CASE(at_the_end_of_its_time_a_step_that_waits_for_a_peer_lends_its_slot_and_goes_on) {
  const scratch directory;
  unsigned calls = 0;
  auto slow = type_of("Slow", effect::network, 1, [&calls](std::uint64_t, step_context& context) {
    ++calls;
    BOOST_TEST(!context.stop_requested());
    return step_result::more();
  });
  slow.pool = step_pool::io;
  run server(directory.path, {slow, type_of("T", effect::network, 1, nothing)}, one_slot);
  const auto peer = server.ask<job_id>(submit_job{.type = "Slow"});
  settle_but_slow_calls(server);
  const auto other = server.ask<job_id>(submit_job{.type = "T"});
  settle_but_slow_calls(server);
  server.elapse(600ms);
  settle_but_slow_calls(server);
  const auto same = server.ask<job_id>(submit_job{.type = "Slow"});
  settle_but_slow_calls(server);
  server.elapse(10ms);
  settle_but_slow_calls(server);
  BOOST_TEST(server.state(other->value().value()) == "Success");
  BOOST_TEST(server.state(same->value().value()) == "Pending");
  server.settle();
  server.pass(10ms);
  BOOST_TEST(server.state(peer->value().value()) == "Success");
  BOOST_TEST(server.state(same->value().value()) == "Success");
  BOOST_TEST(calls == 2U);
}

BOOST_AUTO_TEST_CASE(a_job_whose_steps_return_in_time_lends_nothing) {
  const scratch directory;
  auto slow = type_of("Slow", effect::network, 10, nothing);
  slow.pool = step_pool::io;
  run server(directory.path, {slow, type_of("T", effect::network, 1, nothing)}, one_slot);
  const std::string lane = "lane of all";
  server.ask<job_id>(submit_job{.type = "Slow", .arguments = lane});
  settle_but_slow_calls(server);
  const auto other = server.ask<job_id>(submit_job{.type = "T", .arguments = lane});
  settle_but_slow_calls(server);
  for (int step = 0; step < 9; ++step) {
    server.elapse(1900ms);
    settle_but_slow_calls(server);
    BOOST_REQUIRE(server.io.run_one());
    settle_but_slow_calls(server);
    BOOST_TEST(server.state(other->value().value()) == "Pending");
  }
  server.settle();
  BOOST_TEST(server.state(other->value().value()) == "Success");
}

BOOST_AUTO_TEST_CASE(a_step_hears_nothing_of_the_end_of_its_jobs_time_slice) {
  const scratch directory;
  run* running = nullptr;
  int stopped = 0;
  const auto slow = [&](std::uint64_t, step_context& context) {
    running->elapse(600ms);
    running->coordinator.run();
    stopped += context.stop_requested() ? 1 : 0;
    return step_result::more();
  };
  run server(directory.path, {type_of("Slow", effect::network, 5, slow), type_of("T", effect::network, 1, nothing)},
             one_slot);
  running = &server;
  const auto first = server.ask<job_id>(submit_job{.type = "Slow"});
  const auto second = server.ask<job_id>(submit_job{.type = "T"});
  server.settle();
  BOOST_TEST(stopped == 0);
  BOOST_TEST(server.state(first->value().value()) == "Success");
  BOOST_TEST(server.state(second->value().value()) == "Success");
  BOOST_TEST((server.see(second->value().value()).completed < server.see(first->value().value()).completed));
}

BOOST_AUTO_TEST_CASE(jobs_that_wait_longer_than_a_time_slice_do_not_begin_again_and_again) {
  const scratch directory;
  std::map<std::string, std::pair<std::function<void()>, int>> calls; // by lane
  auto waiting = type_of("Waits", effect::network, 1, nothing);
  waiting.make_work = [&calls](const job_plan& plan) {
    struct work final : job_work {
      step_result run(std::uint64_t, step_context& context) override {
        auto& [wake, times] = (*calls)[name];
        wake = context.waker();
        return ++times == 1 ? step_result::wait() : step_result::more();
      }

      std::map<std::string, std::pair<std::function<void()>, int>>* calls = nullptr;
      std::string name;
    };
    auto made = std::make_unique<work>();
    made->calls = &calls;
    made->name = plan.arguments;
    return made;
  };
  waiting.plan = [](const std::string& arguments) {
    return result<job_plan>(job_plan{.lane = arguments, .items = {"item"}, .arguments = arguments});
  };
  run server(directory.path, {waiting, type_of("T", effect::network, 1, nothing)}, one_slot);
  std::vector<job_id> ids;
  for (const std::string lane : {"lane A", "lane B", "lane C"})
    ids.push_back(server.submit({.type = "Waits", .arguments = lane}));
  const auto quick = server.submit({.type = "T"});
  for (int i = 0; i < 30; ++i)
    server.pass(100ms);
  BOOST_TEST(server.state(quick) == "Success"); // each of the others had its half second
  BOOST_REQUIRE(calls.size() == 3U);
  for (auto& [lane, call] : calls) {
    BOOST_TEST(call.second == 1);
    call.first();
  }
  server.settle();
  for (const auto& id : ids) {
    BOOST_TEST(server.state(id) == "Success");
    BOOST_TEST(server.see(id).attempts == 1U);
  }
}

BOOST_AUTO_TEST_CASE(no_more_than_256_slots_are_lent) {
  const scratch directory;
  const gate door;
  run server(directory.path, {type_of("T", effect::network, 1, door)}, one_slot);
  for (int i = 0; i < 300; ++i)
    server.ask<job_id>(submit_job{.type = "T"});
  for (int i = 0; i < 300; ++i)
    server.pass(2s);
  BOOST_TEST(server.live.sequences().size() == 257U);
  door.open();
  server.settle();
  BOOST_TEST(server.measured.jobs_total_success.value() == 300.0);
}

BOOST_AUTO_TEST_CASE(where_no_more_slots_can_be_lent_jobs_that_wait_still_take_turns) {
  const scratch directory;
  const gate door;
  run server(directory.path, {type_of("Waits", effect::network, 1, door), type_of("T", effect::network, 1, nothing)},
             one_slot);
  for (int i = 0; i < 257; ++i)
    server.ask<job_id>(submit_job{.type = "Waits"});
  for (int i = 0; i < 260; ++i)
    server.pass(2s);
  const auto quick = server.submit({.type = "T"});
  for (int i = 0; i < 10; ++i)
    server.pass(100ms);
  BOOST_TEST(server.state(quick) == "Success");
  door.open();
  server.settle();
  BOOST_TEST(server.measured.jobs_total_success.value() == 258.0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace troupe::testing
