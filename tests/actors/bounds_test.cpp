// Everything that can wait in the engine is bounded, and says so with a refusal that a client may try again.
#include "tests/actors/gate.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;

using answers = std::vector<std::shared_ptr<std::optional<result<job_id>>>>;

/// How many were refused, all of them with 503.
std::ptrdiff_t refused(const answers& all) {
  return std::ranges::count_if(all, [](const auto& one) {
    if (!one->has_value() || one->value().has_value())
      return false;
    BOOST_REQUIRE(one->value().error().http_status() == 503);
    return true;
  });
}

/// Many submissions at once, handed in without a desk in between.
answers submit_many(run& server, int count, const submit_job& what) {
  answers all;
  for (int i = 0; i < count; ++i) {
    const auto& answer = all.emplace_back(std::make_shared<std::optional<result<job_id>>>());
    caf::anon_send(server.scheduler,
                   take_submission{what, [answer](result<job_id> told) { answer->emplace(std::move(told)); }});
    server.coordinator.run(); // no plan is made meanwhile
  }
  return all;
}

BOOST_AUTO_TEST_SUITE(bounds)

BOOST_AUTO_TEST_CASE(at_most_65536_submissions_wait_for_a_place) {
  const scratch directory;
  run server(directory.path, {type_of("T", effect::network, 1, nothing)},
             [](options& o) { o.limit_jobs.set_value(1); });
  change_lane(server, {.name = "T", .paused = true});
  server.submit({.type = "T"});
  const auto all = submit_many(server, 65'546, {.type = "T", .patience = 1s});
  BOOST_TEST(refused(all) == 10);
  server.pass(2s);
  BOOST_TEST(refused(all) == 65'546);
}

BOOST_AUTO_TEST_CASE(at_most_65536_submissions_are_on_their_way_to_the_disk) {
  const scratch directory;
  run server(directory.path, {type_of("T", effect::network, 1, nothing)});
  const auto all = submit_many(server, 65'546, {.type = "T"});
  BOOST_TEST(refused(all) == 10);
}

BOOST_AUTO_TEST_CASE(at_most_1024_submissions_repeat_one_that_is_under_way) {
  const scratch directory;
  run server(directory.path, {type_of("T", effect::network, 1, nothing)});
  answers all;
  for (int i = 0; i < 1 + 1024 + 5; ++i)
    all.push_back(server.ask<job_id>(submit_job{.type = "T", .idempotency_key = "k"}));
  server.settle();
  BOOST_TEST(refused(all) == 5);
  BOOST_TEST(all.front()->value()->text == all.at(1024)->value()->text);
  BOOST_TEST(server.submit({.type = "T", .idempotency_key = "k"}).text == all.front()->value()->text);
}

BOOST_AUTO_TEST_CASE(at_most_131072_clients_wait_for_jobs) {
  waiters all;
  for (job_sequence job = 0; job < 131'071; ++job)
    all.add(job, {});
  BOOST_TEST(!all.is_full());
  all.add(7, {});
  BOOST_TEST(all.is_full());
  all.take_all(7);
  BOOST_TEST(!all.is_full());
}

BOOST_AUTO_TEST_CASE(at_most_10000_lanes_are_limited_or_paused) {
  const scratch directory;
  run server(directory.path, {});
  for (int i = 0; i < 10'000; ++i)
    server.ask<lane_record>(set_lane{.name = "lane " + std::to_string(i), .limit = 1});
  server.settle();
  BOOST_TEST(change_lane(server, {.name = "one more", .limit = 1}).has_error());
  BOOST_TEST(change_lane(server, {.name = "lane 7", .limit = 2}).has_value());
  BOOST_TEST(change_lane(server, {.name = "lane 7", .limit = 0}).has_value());
  BOOST_TEST(change_lane(server, {.name = "one more", .limit = 1}).has_value());
}

BOOST_AUTO_TEST_CASE(what_a_submission_may_hold_is_bounded) {
  const scratch directory;
  run server(directory.path, {type_of("T", effect::network, 1, nothing)});
  const auto is_accepted = [&server](submit_job what) {
    const auto answer = server.ask<job_id>(std::move(what));
    server.settle();
    return answer->value().has_value();
  };
  const auto lane = [](std::size_t size) { return "lane " + std::string(size - 5, 'x'); };
  BOOST_TEST(is_accepted({.type = "T", .arguments = lane(128)}));
  BOOST_TEST(!is_accepted({.type = "T", .arguments = lane(129)}));
  BOOST_TEST(is_accepted({.type = "T", .user_data = std::string(64U << 10, '1')}));
  BOOST_TEST(!is_accepted({.type = "T", .user_data = std::string((64U << 10) + 1, '1')}));
  BOOST_TEST(is_accepted({.type = "T", .arguments = std::string(16U << 20, '1')}));
  BOOST_TEST(!is_accepted({.type = "T", .arguments = std::string((16U << 20) + 1, '1')}));
  BOOST_TEST(is_accepted({.type = "T", .idempotency_key = std::string(255, 'k')}));
  BOOST_TEST(!is_accepted({.type = "T", .idempotency_key = std::string(256, 'k')}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace troupe::testing
