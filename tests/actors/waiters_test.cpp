// Those who wait for a job: how many, how long, and for what they see in the end.
#include "actors/waiters.hpp"
#include "tests/actors/gate.hpp"

#include <boost/test/unit_test.hpp>

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;

std::function<void(options&)> history(int size) {
  return [size](options& o) { o.jobs_history_size.set_value(size); };
}

BOOST_AUTO_TEST_SUITE(waiting_clients)

BOOST_AUTO_TEST_CASE(thousands_wait_for_as_many_jobs_at_once_and_all_are_answered) {
  const scratch directory;
  const gate door;
  run server(directory.path, {type_of("T", effect::network, 1, door)}, history(1));
  std::vector<std::shared_ptr<std::optional<result<job_record>>>> answers;
  for (int i = 0; i < 5000; ++i)
    answers.push_back(server.ask<job_record>(run_job{{.type = "T"}}));
  server.settle();
  BOOST_TEST(!answers.front()->has_value());
  door.open();
  server.settle();
  for (const auto& answer : answers)
    BOOST_REQUIRE((answer->has_value() && answer->value()->state == job_state::success));
}

BOOST_AUTO_TEST_CASE(thousands_wait_for_one_job_and_all_see_the_same_end) {
  const scratch directory;
  const gate door;
  run server(directory.path, {type_of("T", effect::network, 1, door)}, history(0));
  const auto id = server.submit({.type = "T", .user_data = "7"});
  std::vector<std::shared_ptr<std::optional<result<job_record>>>> answers;
  for (int i = 0; i < 3000; ++i)
    answers.push_back(
      server.ask<job_record>(watch_job{.id = id, .patience = i % 2 == 0 ? std::optional(1h) : std::nullopt}));
  server.settle();
  door.open();
  server.settle();
  for (const auto& answer : answers) {
    BOOST_REQUIRE(answer->has_value());
    BOOST_REQUIRE((answer->value()->state == job_state::success));
    BOOST_REQUIRE(answer->value()->user_data == "7");
  }
  BOOST_TEST(!persistence::find_job(server.database.read(), id)); // the history keeps nothing
}

BOOST_AUTO_TEST_CASE(whoever_waits_for_a_job_that_the_history_lets_go_sees_how_it_ended) {
  for (const int kept : {0, 1})
    BOOST_TEST_CONTEXT("a history of " << kept) {
      const scratch directory;
      const gate door;
      const auto step = [door](std::uint64_t number, step_context& context) {
        auto how = door(number, context);
        if (how.what == step_result::kind::wait)
          return how;
        how = step_result::failed({error_code::bad_file_format, "no DICOM"});
        return how;
      };
      run server(directory.path,
                 {type_of("T", effect::network, 1, step), type_of("Other", effect::network, 1, nothing)},
                 history(kept));
      const auto id = server.submit({.type = "T"});
      const auto end = server.ask<job_record>(watch_job{id});
      const auto change = server.ask<job_record>(watch_job{.id = id, .changed_after = server.see(id).changed});
      server.settle();
      door.open();
      for (int i = 0; i < 3; ++i)
        server.ask<job_id>(submit_job{.type = "Other"});
      server.settle();
      for (const auto& answer : {end, change}) {
        BOOST_REQUIRE(answer->has_value());
        BOOST_TEST((answer->value()->state == job_state::failure));
        BOOST_TEST(answer->value()->error_details == "no DICOM");
      }
      BOOST_TEST(!persistence::find_job(server.database.read(), id));
    }
}

BOOST_AUTO_TEST_CASE(whoever_comes_at_any_moment_of_a_job_sees_its_end_or_is_told_that_it_is_gone) {
  for (int moves = 0; moves < 25; ++moves)
    BOOST_TEST_CONTEXT("after " << moves << " moves") {
      const scratch directory;
      run server(directory.path, {type_of("T", effect::network, 1, nothing)}, history(0));
      const auto accepted = server.ask<job_id>(submit_job{.type = "T"});
      while (!*accepted && server.move()) {
      }
      for (int i = 0; i < moves; ++i)
        server.move();
      const auto end = server.ask<job_record>(watch_job{accepted->value().value()});
      server.settle();
      BOOST_REQUIRE(end->has_value());
      BOOST_TEST((end->value().has_error() || end->value()->state == job_state::success));
    }
}

BOOST_AUTO_TEST_CASE(when_its_patience_ends_a_client_sees_the_job_as_it_is_and_is_forgotten) {
  const scratch directory;
  const gate door;
  run server(directory.path, {type_of("T", effect::network, 1, door)});
  const auto id = server.submit({.type = "T"});
  const auto brief = server.ask<job_record>(watch_job{.id = id, .patience = 2s});
  const auto longer = server.ask<job_record>(watch_job{.id = id, .patience = 60s});
  server.settle();
  server.pass(1999ms);
  BOOST_TEST(!brief->has_value());
  server.pass(2ms);
  BOOST_REQUIRE(brief->has_value());
  BOOST_TEST((brief->value()->state == job_state::running));
  BOOST_TEST(!longer->has_value());
  door.open();
  server.settle();
  BOOST_TEST((longer->value()->state == job_state::success));
}

BOOST_AUTO_TEST_CASE(whoever_waits_for_a_change_hears_of_the_next_one) {
  const scratch directory;
  const gate door;
  run server(directory.path, {type_of("T", effect::network, 1, door)});
  const auto id = server.submit({.type = "T"});
  server.pass(1s);
  const auto change = server.ask<job_record>(watch_job{.id = id, .changed_after = server.see(id).changed});
  server.settle();
  BOOST_TEST(!change->has_value());
  server.control(id, job_action::pause);
  BOOST_REQUIRE(change->has_value());
  BOOST_TEST((change->value()->state != job_state::success));
  const auto missed = server.ask<job_record>(watch_job{.id = id, .changed_after = time_point{}});
  server.settle();
  BOOST_TEST((missed->value()->state == job_state::paused)); // it has changed since: answered at once
}

BOOST_AUTO_TEST_CASE(nothing_is_kept_of_those_who_were_told_or_whose_time_is_over) {
  waiters all;
  const auto tell = [](const result<job_record>&) {};
  for (job_sequence job = 1; job <= 3; ++job) {
    all.add(job, tell);
    all.add(job, tell, microseconds{job}, time_point{});
  }
  BOOST_TEST(all.size() == 6U);
  BOOST_TEST((all.first_deadline() == microseconds{1}));
  BOOST_TEST(all.take_expired(microseconds{1})->job == 1U);
  BOOST_TEST(!all.take_expired(microseconds{1}).has_value());
  BOOST_TEST(all.contains(1));                              // the other one
  BOOST_TEST(all.take_for_change(2, time_point{}).empty()); // it knows that one
  BOOST_TEST(all.take_for_change(2, time_point{1us}).size() == 1U);
  BOOST_TEST(all.take_for_change(2, time_point{1us}).empty());
  BOOST_TEST(all.take_all(3).size() == 2U);
  BOOST_TEST(!all.first_deadline().has_value());
  BOOST_TEST(all.take_all(1).size() == 1U);
  BOOST_TEST(all.take_all(2).size() == 1U);
  BOOST_TEST(all.size() == 0U);
  BOOST_TEST(!all.contains(1));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace troupe::testing
