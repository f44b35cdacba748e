// Who is accepted when: `LimitJobs`, those who wait for a place, and keys that make a repeated submission harmless.
#include "persistence/job_store.hpp"
#include "tests/actors/gate.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;

/// One job runs, `limit` may wait.
std::function<void(options&)> limited(int limit) {
  return [limit](options& o) {
    o.concurrent_jobs.set_value(1);
    o.limit_jobs.set_value(limit);
    o.jobs_history_size.set_value(100);
  };
}

job_sequence last_job(run& server) {
  return persistence::last_job_sequence(server.database.read());
}

BOOST_AUTO_TEST_SUITE(scheduler_admission)

BOOST_AUTO_TEST_CASE(a_submission_over_the_limit_waits_until_a_place_is_free) {
  const scratch directory;
  run server(directory.path, {type_of("T", effect::network, 1, nothing)}, limited(2));
  change_lane(server, {.name = "T", .paused = true});
  for (int i = 0; i < 2; ++i)
    server.submit({.type = "T"});
  const auto late = server.ask<job_id>(submit_job{.type = "T"});
  server.settle();
  server.pass(1h);
  BOOST_TEST(!late->has_value());
  BOOST_TEST(last_job(server) == 2U);
  change_lane(server, {.name = "T", .paused = false});
  server.settle();
  BOOST_TEST(server.state(late->value().value()) == "Success");
}

BOOST_AUTO_TEST_CASE(whoever_waits_longest_gets_the_place) {
  const scratch directory;
  const gate door;
  run server(directory.path, {type_of("T", effect::network, 1, door)}, limited(1));
  const auto running = server.submit({.type = "T"});
  const auto waiting = server.submit({.type = "T"});
  const auto first = server.ask<job_id>(submit_job{.type = "T"});
  const auto urgent = server.ask<job_id>(submit_job{.type = "T", .priority = 9});
  server.settle();
  server.control(waiting, job_action::cancel);
  BOOST_TEST(first->has_value());
  BOOST_TEST(!urgent->has_value());
  server.control(running, job_action::cancel);
  BOOST_TEST(urgent->has_value());
}

BOOST_AUTO_TEST_CASE(each_way_out_of_the_queue_frees_a_place) {
  const scratch directory;
  const gate door;
  run server(directory.path, {type_of("T", effect::network, 1, door)}, limited(1));
  server.submit({.type = "T"});
  auto waiting = server.submit({.type = "T"});
  const auto next = [&](const std::function<void()>& free_it) {
    const auto late = server.ask<job_id>(submit_job{.type = "T"});
    server.settle();
    BOOST_TEST(!late->has_value());
    free_it();
    BOOST_REQUIRE(late->has_value());
    waiting = late->value().value();
  };
  next([&] { server.control(waiting, job_action::cancel); });
  next([&] { server.control(waiting, job_action::pause); });
  next([&] {
    control_jobs all;
    all.which.ids = {waiting};
    control_all(server, all);
  });
  const auto refused = server.ask<job_id>(submit_job{.type = "T", .arguments = "refuse"});
  next([&] { server.control(waiting, job_action::cancel); });
  BOOST_TEST(refused->value().has_error());
}

BOOST_AUTO_TEST_CASE(a_submission_whose_patience_ends_is_refused_and_leaves_no_job) {
  const scratch directory;
  run server(directory.path, {type_of("T", effect::network, 1, nothing)}, limited(1));
  change_lane(server, {.name = "T", .paused = true});
  server.submit({.type = "T"});
  const auto brief = server.ask<job_id>(submit_job{.type = "T", .patience = 2s});
  const auto longer = server.ask<job_id>(submit_job{.type = "T", .patience = 30s});
  const auto none = server.ask<job_id>(submit_job{.type = "T", .patience = 0s});
  server.settle();
  server.pass(1ms);
  BOOST_TEST(none->has_value());
  server.pass(1998ms);
  BOOST_TEST(!brief->has_value());
  server.pass(2ms);
  BOOST_REQUIRE(brief->has_value());
  BOOST_TEST((brief->value().error().code() == error_code::database_unavailable));
  BOOST_TEST(brief->value().error().http_status() == 503);
  BOOST_TEST(!longer->has_value());
  BOOST_TEST(last_job(server) == 1U);
  change_lane(server, {.name = "T", .paused = false});
  server.settle();
  BOOST_TEST(server.state(longer->value().value()) == "Success");
  BOOST_TEST(last_job(server) == 2U);
}

BOOST_AUTO_TEST_CASE(jobs_that_jobs_make_never_wait) {
  const scratch directory;
  const gate door;
  run server(directory.path, {type_of("T", effect::network, 1, door)}, limited(1));
  for (int i = 0; i < 2; ++i)
    server.submit({.type = "T"});
  const auto late = server.ask<job_id>(submit_job{.type = "T"});
  const auto child = server.ask<job_id>(submit_job{.type = "T", .never_blocks = true});
  server.settle();
  BOOST_TEST(child->has_value());
  BOOST_TEST(!late->has_value());
}

BOOST_AUTO_TEST_CASE(a_thousand_submissions_at_once_never_exceed_the_limit_and_all_are_done) {
  const scratch directory;
  run* running = nullptr;
  double most = 0;
  run server(directory.path,
             {type_of("T", effect::network, 1,
                      [&](std::uint64_t, step_context&) {
                        most = std::max(most, running->measured.jobs_pending.value());
                        return step_result::more();
                      })},
             limited(5));
  running = &server;
  std::vector<std::shared_ptr<std::optional<result<job_id>>>> answers;
  for (int i = 0; i < 1000; ++i)
    answers.push_back(server.ask<job_id>(submit_job{.type = "T"}));
  server.settle();
  BOOST_TEST(most <= 5);
  for (const auto& answer : answers)
    BOOST_TEST(answer->value().has_value());
  BOOST_TEST(server.measured.jobs_total_success.value() == 1000.0);
}

BOOST_AUTO_TEST_CASE(those_who_wait_are_refused_when_the_server_stops) {
  const scratch directory;
  const gate door;
  run server(directory.path, {type_of("T", effect::network, 1, door)}, limited(1));
  for (int i = 0; i < 2; ++i)
    server.submit({.type = "T"});
  const auto late = server.ask<job_id>(submit_job{.type = "T"});
  server.settle();
  BOOST_TEST(server.drain());
  BOOST_REQUIRE(late->has_value());
  BOOST_TEST(late->value().error().http_status() == 503);
  const auto after = server.ask<job_id>(submit_job{.type = "T"});
  server.settle();
  BOOST_TEST(after->value().error().http_status() == 503);
}

BOOST_AUTO_TEST_CASE(a_repeated_key_answers_the_same_job_also_after_a_restart_and_for_a_job_that_has_ended) {
  const scratch directory;
  const std::vector types{type_of("T", effect::network, 1, nothing)};
  const submit_job what{.type = "T", .idempotency_key = "k"};
  job_id id;
  {
    run server(directory.path, types);
    id = server.submit(what);
    BOOST_TEST(server.submit(what).text == id.text);
  }
  run server(directory.path, types);
  BOOST_TEST(server.submit(what).text == id.text);
  const auto end = server.ask<job_record>(run_job{what});
  server.settle();
  BOOST_TEST(end->value()->id.text == id.text);
  BOOST_TEST((end->value()->state == job_state::success));
  BOOST_TEST(last_job(server) == 1U);
}

BOOST_AUTO_TEST_CASE(a_key_that_is_repeated_at_any_moment_of_the_first_submission_makes_one_job) {
  for (int moves = 0; moves < 30; ++moves) {
    BOOST_TEST_CONTEXT("repeated after " << moves << " moves") {
      const scratch directory;
      run server(directory.path, {type_of("T", effect::network, 1, nothing)});
      const submit_job what{.type = "T", .idempotency_key = "k"};
      const auto first = server.ask<job_id>(what);
      for (int i = 0; i < moves; ++i)
        server.move();
      const auto second = server.ask<job_id>(what);
      const auto third = server.ask<job_record>(run_job{what});
      server.settle();
      BOOST_TEST(first->value()->text == second->value()->text);
      BOOST_TEST(first->value()->text == third->value()->id.text);
      BOOST_TEST((third->value()->state == job_state::success));
      BOOST_TEST(last_job(server) == 1U);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_key_that_is_used_for_another_submission_is_refused) {
  const scratch directory;
  run server(directory.path,
             {type_of("T", effect::network, 1, nothing), type_of("Other", effect::network, 1, nothing)});
  const submit_job what{.type = "T", .idempotency_key = "k"};
  const std::vector<submit_job> others{{.type = "Other", .idempotency_key = "k"},
                                       {.type = "T", .arguments = "[]", .idempotency_key = "k"},
                                       {.type = "T", .user_data = "1", .idempotency_key = "k"}};
  for (const bool in_flight : {true, false}) {
    const auto first = server.ask<job_id>(what);
    if (!in_flight)
      server.settle();
    for (const auto& other : others) {
      const auto answer = server.ask<job_id>(other);
      server.settle();
      BOOST_REQUIRE(answer->value().has_error());
      BOOST_TEST(answer->value().error().http_status() == 422);
    }
    BOOST_TEST(first->value().has_value());
  }
  BOOST_TEST(last_job(server) == 1U);
}

BOOST_AUTO_TEST_CASE(a_key_stands_for_the_job_whose_failed_items_are_done_again) {
  const scratch directory;
  run server(directory.path, {type_of("T", effect::network, 1, [](std::uint64_t, step_context&) {
               return step_result::failed({error_code::bad_file_format, "no DICOM"});
             })});
  const auto one = server.submit({.type = "T"});
  const auto two = server.submit({.type = "T"});
  const auto again = server.submit({.idempotency_key = "k", .failed_items_of = one});
  BOOST_TEST(server.submit({.idempotency_key = "k", .failed_items_of = one}).text == again.text);
  const auto other = server.ask<job_id>(submit_job{.idempotency_key = "k", .failed_items_of = two});
  server.settle();
  BOOST_REQUIRE(other->value().has_error());
  BOOST_TEST(other->value().error().http_status() == 422);
}

BOOST_AUTO_TEST_CASE(a_refused_submission_does_not_use_up_its_key) {
  const scratch directory;
  run server(directory.path, {type_of("T", effect::network, 1, nothing)});
  const auto refused = server.ask<job_id>(submit_job{.type = "T", .arguments = "refuse", .idempotency_key = "k"});
  const auto repeated = server.ask<job_id>(submit_job{.type = "T", .arguments = "refuse", .idempotency_key = "k"});
  server.settle();
  BOOST_TEST(refused->value().error().details() == "refused by the plan");
  BOOST_TEST(repeated->value().error().details() == "refused by the plan");
  BOOST_TEST(server.state(server.submit({.type = "T", .idempotency_key = "k"})) == "Success");
}

BOOST_AUTO_TEST_CASE(a_repeated_key_needs_no_place_under_the_limit) {
  const scratch directory;
  const gate door;
  run server(directory.path, {type_of("T", effect::network, 1, door)}, limited(1));
  const submit_job what{.type = "T", .idempotency_key = "k"};
  const auto id = server.submit(what);
  server.submit({.type = "T"});
  const auto again = server.ask<job_id>(what);
  server.settle();
  BOOST_REQUIRE(again->has_value());
  BOOST_TEST(again->value()->text == id.text);
}

BOOST_AUTO_TEST_CASE(of_two_submissions_with_one_key_that_wait_for_a_place_one_becomes_a_job) {
  const scratch directory;
  const gate door;
  run server(directory.path, {type_of("T", effect::network, 1, door)}, limited(1));
  for (int i = 0; i < 2; ++i)
    server.submit({.type = "T"});
  const submit_job what{.type = "T", .idempotency_key = "k"};
  const auto first = server.ask<job_id>(what);
  const auto second = server.ask<job_id>(what);
  server.settle();
  BOOST_TEST(!first->has_value());
  door.open();
  server.settle();
  BOOST_TEST(first->value()->text == second->value()->text);
  BOOST_TEST(last_job(server) == 3U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace troupe::testing
