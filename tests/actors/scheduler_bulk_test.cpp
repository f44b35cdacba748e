// The same for many jobs at once: what matches, what is done to it, and that nobody else waits for it.
#include "tests/actors/gate.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;

step_result too_late(std::uint64_t, step_context&) {
  return step_result::failed({error_code::timeout, "too late"});
}

/// Nothing ends by itself: lanes A and B are paused, and each of both types has jobs in both.
class stage {
public:
  stage() {
    change_lane(server, {.name = "lane A", .paused = true});
    change_lane(server, {.name = "lane B", .paused = true});
    for (const std::string type : {"T", "Other"})
      for (const std::string lane : {"lane A", "lane B"})
        for (int i = 0; i < 3; ++i)
          ids.push_back(server.submit({.type = type, .arguments = lane}));
  }

  /// Their states in the order of submission, one letter each.
  std::string states() {
    std::string all;
    for (const auto& id : ids)
      all += server.state(id)[0];
    return all;
  }

  bulk_outcome act(bulk_action action, job_selection which) {
    return control_all(server, {.which = std::move(which), .action = action}).value();
  }

  const scratch directory;
  run server{directory.path,
             {type_of("T", effect::network, 1, nothing), type_of("Other", effect::network, 1, too_late)},
             [](options& o) { o.jobs_history_size.set_value(100'000); }};
  std::vector<job_id> ids;
};

BOOST_FIXTURE_TEST_SUITE(scheduler_bulk, stage)

BOOST_AUTO_TEST_CASE(what_matches_is_cancelled_and_nothing_else) {
  const auto done = act(bulk_action::cancel, {.type = "T", .lane = "lane B"});
  BOOST_TEST(done.matched == 3U);
  BOOST_TEST(done.changed == 3U);
  BOOST_TEST(done.refused == 0U);
  BOOST_TEST(states() == "PPPFFFPPPPPP");
  BOOST_REQUIRE(done.sample.size() == 3U);
  BOOST_TEST(done.sample[0].text == ids[3].text);
}

BOOST_AUTO_TEST_CASE(jobs_are_paused_and_resumed_by_state) {
  act(bulk_action::pause, {.type = "Other"});
  BOOST_TEST(server.state(ids[0]) == "Pending");
  BOOST_TEST(server.state(ids[6]) == "Paused");
  const auto done = act(bulk_action::resume, {.state = job_state::paused, .lane = "lane A"});
  BOOST_TEST(done.changed == 3U);
  BOOST_TEST(server.state(ids[6]) == "Pending");
  BOOST_TEST(server.state(ids[9]) == "Paused");
}

BOOST_AUTO_TEST_CASE(what_has_failed_is_resubmitted_and_what_has_not_is_refused) {
  act(bulk_action::cancel, {.lane = "lane A"});
  const auto done = act(bulk_action::resubmit, {.type = "T"});
  BOOST_TEST(done.matched == 6U);
  BOOST_TEST(done.changed == 3U);
  BOOST_TEST(done.refused == 3U);
  BOOST_TEST(states() == "PPPPPPFFFPPP");
  BOOST_TEST(server.see(ids[0]).earlier_attempts.size() == 1U);
}

BOOST_AUTO_TEST_CASE(finished_jobs_are_deleted_and_others_are_not) {
  act(bulk_action::cancel, {.lane = "lane A"});
  const auto done = act(bulk_action::remove, {});
  BOOST_TEST(done.changed == 6U);
  BOOST_TEST(done.refused == 6U);
  BOOST_TEST(!persistence::find_job(server.database.read(), ids[0]));
  BOOST_TEST(server.state(ids[3]) == "Pending");
}

BOOST_AUTO_TEST_CASE(waiting_jobs_take_another_priority) {
  act(bulk_action::cancel, {.type = "Other"});
  const auto done = control_all(server, {.action = bulk_action::prioritize, .priority = 7});
  BOOST_TEST(done->changed == 6U);
  BOOST_TEST(done->refused == 6U);
  BOOST_TEST(server.see(ids[0]).priority == 7);
  BOOST_TEST(server.see(ids[6]).priority == 0);
}

BOOST_AUTO_TEST_CASE(jobs_are_chosen_by_name_and_by_the_time_of_their_submission) {
  const auto named = act(bulk_action::cancel, {.type = "T", .ids = {ids[1], ids[7], {"unknown"}}});
  BOOST_TEST(named.matched == 1U);
  server.pass(1h);
  const auto late = server.submit({.type = "T", .arguments = "lane A"});
  const auto by_time = act(bulk_action::cancel, {.created_from = server.see(late).created});
  BOOST_TEST(by_time.matched == 1U);
  BOOST_TEST(server.state(late) == "Failure");
  BOOST_TEST(act(bulk_action::pause, {.created_before = server.see(late).created}).matched == 12U);
}

BOOST_AUTO_TEST_CASE(a_dry_run_says_what_would_match_and_writes_nothing) {
  const auto commits = server.measured.commits.value();
  const auto seen = control_all(server, {.which = {.type = "T"}, .action = bulk_action::cancel, .dry_run = true});
  BOOST_TEST(seen->matched == 6U);
  BOOST_TEST(seen->changed == 0U);
  BOOST_TEST(seen->sample.size() == 6U);
  BOOST_TEST(states() == "PPPPPPPPPPPP");
  BOOST_TEST(server.measured.commits.value() == commits);
}

BOOST_AUTO_TEST_CASE(running_jobs_are_cancelled_too) {
  const gate door;
  const scratch elsewhere;
  run other(elsewhere.path, {type_of("T", effect::network, 1, door)});
  const auto end = other.ask<job_record>(run_job{{.type = "T"}});
  other.settle();
  const auto done = control_all(other, {.which = {.state = job_state::running}});
  BOOST_TEST(done->changed == 1U);
  BOOST_TEST((end->value()->code == error_code::canceled_job));
}

BOOST_AUTO_TEST_CASE(a_job_that_is_being_deleted_is_not_resubmitted_and_its_steps_do_not_run_again) {
  int executed = 0;
  const scratch elsewhere;
  run other(elsewhere.path, {type_of("T", effect::network, 1, [&executed](std::uint64_t, step_context&) {
              ++executed;
              return step_result::failed({error_code::timeout, "too late"});
            })});
  const auto id = other.submit({.type = "T"});
  const auto removed = other.ask<bulk_outcome>(control_jobs{.action = bulk_action::remove});
  const auto again = other.ask<job_record>(control_job{id, job_action::resubmit});
  other.settle();
  BOOST_TEST(removed->value()->changed == 1U);
  BOOST_TEST(again->value().has_error());
  BOOST_TEST(executed == 1);
}

BOOST_AUTO_TEST_CASE(twenty_thousand_jobs_are_cancelled_in_slices_and_a_submission_in_the_middle_is_answered_first) {
  std::vector<std::shared_ptr<std::optional<result<job_id>>>> many;
  for (int i = 0; i < 20'000; ++i)
    many.push_back(server.ask<job_id>(submit_job{.type = "T", .arguments = "lane A"}));
  server.settle();
  const auto done = server.ask<bulk_outcome>(control_jobs{.which = {.lane = "lane A"}});
  const auto turn = [this] { // each thread takes one step
    server.coordinator.try_run_once();
    server.cpu.run_one();
  };
  const auto ended = [this] { return server.measured.jobs_total_failed.value(); };
  while (ended() == 0)
    turn();
  const auto late = server.ask<job_record>(run_job{{.type = "T", .arguments = "lane C"}});
  const auto seen = server.ask<job_record>(describe_job{ids[0]});
  while (!*late || !*seen)
    turn();
  BOOST_TEST(!done->has_value());
  BOOST_TEST(ended() < 10'000);
  server.settle();
  BOOST_TEST(done->value()->matched == 20'006U);
  BOOST_TEST(done->value()->changed == 20'006U);
  BOOST_TEST(done->value()->sample.size() == 100U);
  BOOST_TEST(ended() == 20'006);
}

BOOST_AUTO_TEST_CASE(jobs_that_come_later_are_not_meant) {
  const auto done = server.ask<bulk_outcome>(control_jobs{});
  const auto late = server.ask<job_id>(submit_job{.type = "T", .arguments = "lane A"});
  server.settle();
  BOOST_TEST(done->value()->matched == 12U);
  BOOST_TEST(server.state(late->value().value()) == "Pending");
}

BOOST_AUTO_TEST_CASE(no_more_than_sixty_four_actions_on_many_jobs_are_under_way) {
  std::vector<std::shared_ptr<std::optional<result<bulk_outcome>>>> answers;
  for (int i = 0; i < 70; ++i)
    answers.push_back(
      server.ask<bulk_outcome>(control_jobs{.action = i % 2 == 0 ? bulk_action::pause : bulk_action::resume}));
  server.settle();
  const auto refused = std::ranges::count_if(answers, [](const auto& one) { return one->value().has_error(); });
  BOOST_TEST(refused == 6);
  BOOST_TEST(answers.back()->value().error().http_status() == 503);
  BOOST_TEST(act(bulk_action::pause, {}).matched == 12U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace troupe::testing
