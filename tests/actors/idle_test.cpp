// When nothing is to be done, nothing is written.
#include "tests/actors/gate.hpp"

#include <boost/test/unit_test.hpp>

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;

/// An hour, and how many transactions it took.
double commits_of_an_hour(run& server) {
  const auto before = server.measured.commits.value();
  for (auto time = 0s; time < 1h; time += 5s)
    server.pass(5s);
  return server.measured.commits.value() - before;
}

BOOST_AUTO_TEST_SUITE(idle_engine)

BOOST_AUTO_TEST_CASE(an_engine_without_jobs_writes_nothing) {
  const scratch directory;
  run server(directory.path, {});
  BOOST_TEST(commits_of_an_hour(server) == 0.0);
}

BOOST_AUTO_TEST_CASE(once_all_jobs_have_ended_nothing_is_written_for_an_hour) {
  const scratch directory;
  run server(directory.path,
             {type_of("T", effect::network, 20, nothing, 3), type_of("Out", effect::output, 3, nothing)});
  for (int i = 0; i < 50; ++i)
    server.submit({.type = i % 2 == 0 ? "T" : "Out"});
  server.pass(1s);
  BOOST_TEST(server.measured.jobs_total_success.value() == 50.0);
  BOOST_TEST(commits_of_an_hour(server) == 0.0);
}

BOOST_AUTO_TEST_CASE(jobs_that_wait_whatever_for_cost_no_transactions) {
  const scratch directory;
  const gate door;
  auto unreachable = type_of("Send", effect::network, 1, [](std::uint64_t, step_context&) {
    return step_result::unreachable({error_code::network_protocol, "refused"});
  });
  unreachable.probe = [](const std::string&) { return error{error_code::network_protocol, "refused"}; };
  run server(directory.path, {type_of("T", effect::network, 1, door), unreachable}, one_slot);
  change_lane(server, {.name = "lane paused", .paused = true});
  server.submit({.type = "T", .arguments = "lane paused"});
  server.submit({.type = "T", .not_before = server.clock.now() + 24h});
  server.submit({.type = "Send", .retries = retry_policy{.max_retries = 1}});
  server.control(server.submit({.type = "T"}), job_action::pause);
  server.submit({.type = "T", .arguments = "lane A"}); // both run and wait for a peer
  server.submit({.type = "T", .arguments = "lane B"});
  server.pass(10s);
  server.pass(10ms);
  BOOST_TEST(commits_of_an_hour(server) == 0.0);
  BOOST_TEST(server.live.sequences().size() == 2U);
}

BOOST_AUTO_TEST_CASE(clients_that_wait_and_look_cost_no_transactions) {
  const scratch directory;
  const gate door;
  run server(directory.path, {type_of("T", effect::network, 1, door)});
  const auto id = server.submit({.type = "T"});
  server.pass(1s);
  const auto before = server.measured.commits.value();
  for (int i = 0; i < 100; ++i) {
    server.ask<job_record>(watch_job{.id = id, .patience = 1s});
    server.settle();
    server.pass(1s);
    BOOST_TEST(server.state(id) == "Running");
    BOOST_TEST((explain(server, id).held_by == hold::nothing));
    BOOST_TEST(lanes_of(server).size() == 1U);
  }
  BOOST_TEST(server.measured.commits.value() == before);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace troupe::testing
