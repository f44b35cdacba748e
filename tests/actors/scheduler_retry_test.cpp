// What a failure, an unreachable destination, a crash and a stop cost a job.
#include "persistence/job_store.hpp"
#include "tests/actors/gate.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;

constexpr retry_policy twice{.max_retries = 2, .delay = 10s};

/// Fails for a reason that may pass, until it is told to be good.
struct moody {
  std::shared_ptr<bool> good = std::make_shared<bool>(false);
  std::shared_ptr<int> tries = std::make_shared<int>(0);

  step_result operator()(std::uint64_t, step_context&) const {
    ++*tries;
    return *good ? step_result::more() : step_result::failed({error_code::timeout, "too late"});
  }
};

/// A destination that takes connections or not, with a probe that looks.
struct peer {
  std::shared_ptr<bool> up = std::make_shared<bool>(false);
  std::shared_ptr<int> calls = std::make_shared<int>(0);
  std::shared_ptr<int> probes = std::make_shared<int>(0);

  job_type type(bool with_probe = true) const {
    auto made = type_of("Send", effect::network, 1, [*this](std::uint64_t, step_context&) {
      ++*calls;
      return *up ? step_result::more() : step_result::unreachable({error_code::network_protocol, "refused"});
    });
    if (with_probe)
      made.probe = [*this](const std::string&) {
        ++*probes;
        return *up ? error{error_code::success} : error{error_code::network_protocol, "still refused"};
      };
    return made;
  }
};

lane_record lane_of(run& server, std::string_view name) {
  const auto all = lanes_of(server);
  const auto found = std::ranges::find(all, name, &lane_record::name);
  BOOST_REQUIRE((found != all.end()));
  return *found;
}

BOOST_AUTO_TEST_SUITE(scheduler_retries)

BOOST_AUTO_TEST_CASE(an_item_is_in_the_ledger_when_it_has_failed_for_good_not_while_it_is_tried_again) {
  for (const bool gets_good : {true, false}) {
    const scratch directory;
    const moody mood;
    run server(directory.path, {type_of("T", effect::network, 1, [mood](std::uint64_t number, step_context& context) {
                 auto how = mood(number, context);
                 if (how.what == step_result::kind::failed)
                   how.item = item_failure{how.why, std::nullopt};
                 return how;
               })});
    const auto id = server.submit({.type = "T", .retries = twice});
    BOOST_TEST(server.state(id) == "Retry");
    BOOST_TEST(server.see(id).failed_items == 0U);
    *mood.good = gets_good;
    server.pass(60s);
    server.pass(60s);
    BOOST_TEST(server.state(id) == (gets_good ? "Success" : "Failure"));
    const std::uint64_t failed = gets_good ? 0 : 1;
    BOOST_TEST(server.see(id).failed_items == failed);
    const auto from = server.database.read();
    const auto row = persistence::find_job(from, id);
    BOOST_TEST(persistence::failed_items(from, row->sequence, 10).size() == failed);
  }
}

BOOST_AUTO_TEST_CASE(a_failure_that_may_pass_is_tried_again_at_the_time_that_the_job_shows) {
  const scratch directory;
  const moody step;
  run server(directory.path, {type_of("T", effect::network, 1, step)});
  const auto id = server.submit({.type = "T", .retries = twice});
  const auto waiting = server.see(id);
  BOOST_TEST(server.state(id) == "Retry");
  BOOST_REQUIRE(waiting.not_before.has_value());
  BOOST_TEST((*waiting.not_before <= server.clock.now() + 20s));
  const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(*waiting.not_before - server.clock.now());
  *step.good = true;
  if (wait > 1ms) {
    server.pass(wait - 1ms);
    BOOST_TEST(server.state(id) == "Retry");
  }
  server.pass(2ms);
  const auto ended = server.see(id);
  BOOST_TEST(server.state(id) == "Success");
  BOOST_TEST(ended.attempts == 2U);
  BOOST_TEST(ended.error_details == "");
  BOOST_TEST(!ended.not_before.has_value());
  BOOST_REQUIRE(ended.earlier_attempts.size() == 1U);
  BOOST_TEST(ended.earlier_attempts[0].number == 1U);
  BOOST_TEST((ended.earlier_attempts[0].code == error_code::timeout));
  BOOST_TEST(ended.earlier_attempts[0].details == "too late");
}

BOOST_AUTO_TEST_CASE(the_time_of_the_next_attempt_survives_a_crash_and_a_stop) {
  const scratch directory;
  const moody step;
  const std::vector types{type_of("T", effect::network, 1, step)};
  job_id id;
  time_point next;
  {
    run server(directory.path, types);
    id = server.submit({.type = "T", .retries = retry_policy{.max_retries = 1, .delay = 1h}});
    next = *server.see(id).not_before;
  }
  {
    run server(directory.path, types);
    BOOST_TEST(server.state(id) == "Retry");
    BOOST_TEST((*server.see(id).not_before == next));
    BOOST_TEST(server.drain());
  }
  run server(directory.path, types);
  BOOST_TEST(server.state(id) == "Retry");
  BOOST_TEST((*server.see(id).not_before == next));
  BOOST_TEST(*step.tries == 1);
  *step.good = true;
  server.pass(2h);
  BOOST_TEST(server.state(id) == "Success");
}

BOOST_AUTO_TEST_CASE(when_its_retries_are_used_up_a_job_fails_and_lists_what_was_tried) {
  const scratch directory;
  const moody step;
  run server(directory.path, {type_of("T", effect::network, 1, step)});
  const auto id = server.submit({.type = "T", .retries = twice});
  for (int i = 0; i < 4; ++i)
    server.pass(1h);
  const auto ended = server.see(id);
  BOOST_TEST(server.state(id) == "Failure");
  BOOST_TEST(*step.tries == 3);
  BOOST_TEST(ended.attempts == 3U);
  BOOST_TEST(ended.retries == 2U);
  BOOST_TEST((ended.code == error_code::timeout));
  BOOST_REQUIRE(ended.earlier_attempts.size() == 2U);
  BOOST_TEST(ended.earlier_attempts[0].number == 1U);
  BOOST_TEST(ended.earlier_attempts[1].number == 2U);
  BOOST_TEST((ended.earlier_attempts[0].ended <= ended.earlier_attempts[1].started));
}

BOOST_AUTO_TEST_CASE(an_attempt_that_says_nothing_leaves_the_content_of_those_before_it) {
  const scratch directory;
  run server(directory.path, {type_of("T", effect::network, 2, [](std::uint64_t number, step_context&) {
               auto how = number == 0 ? step_result::more() : step_result::failed({error_code::timeout, "too late"});
               if (number == 0)
                 how.content = R"({"Sent":1})";
               return how;
             })});
  const auto id = server.submit({.type = "T", .retries = twice});
  BOOST_TEST(server.see(id).content == R"({"Sent":1})");
  server.pass(1h);
  BOOST_TEST(server.see(id).attempts == 2U);
  BOOST_TEST(server.see(id).content == R"({"Sent":1})");
  BOOST_TEST(server.control(id, job_action::cancel)->content == R"({"Sent":1})");
}

BOOST_AUTO_TEST_CASE(a_resubmitted_job_has_all_its_retries_again) {
  const scratch directory;
  const moody step;
  run server(directory.path, {type_of("T", effect::network, 1, step)});
  const auto id = server.submit({.type = "T", .retries = retry_policy{.max_retries = 1, .delay = 1s}});
  server.pass(1h);
  BOOST_TEST(server.state(id) == "Failure");
  BOOST_TEST(server.control(id, job_action::resubmit).has_value());
  BOOST_TEST(server.state(id) == "Retry");
  BOOST_TEST(server.see(id).earlier_attempts.size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_failure_that_will_not_pass_is_not_tried_again) {
  const scratch directory;
  int tries = 0;
  run server(directory.path, {type_of("T", effect::network, 1, [&tries](std::uint64_t, step_context&) {
               ++tries;
               return step_result::failed({error_code::bad_file_format, "no DICOM"});
             })});
  const auto id = server.submit({.type = "T", .retries = twice});
  BOOST_TEST(server.state(id) == "Failure");
  server.pass(1h);
  BOOST_TEST(tries == 1);
  BOOST_TEST(server.see(id).retries == 0U);
}

BOOST_AUTO_TEST_CASE(a_retry_that_is_cancelled_is_never_tried_again) {
  const scratch directory;
  const moody step;
  run server(directory.path, {type_of("T", effect::network, 1, step)});
  const auto id = server.submit({.type = "T", .retries = twice});
  BOOST_TEST(server.control(id, job_action::cancel).has_value());
  server.pass(1h);
  BOOST_TEST(*step.tries == 1);
  BOOST_TEST((server.see(id).code == error_code::canceled_job));
}

BOOST_AUTO_TEST_CASE(a_job_with_a_time_before_which_it_may_not_start_waits_for_it_also_over_a_restart) {
  const scratch directory;
  const gate door;
  door.open();
  const std::vector types{type_of("T", effect::network, 1, door)};
  job_id id;
  {
    run server(directory.path, types);
    id = server.submit({.type = "T", .not_before = server.clock.now() + 1h});
    server.pass(30min);
    BOOST_TEST(server.state(id) == "Pending");
  }
  run server(directory.path, types); // its clock begins where that of the first did
  server.pass(60min - 1ms);
  BOOST_TEST(server.state(id) == "Pending");
  BOOST_TEST(server.see(id).attempts == 0U);
  server.pass(2ms);
  BOOST_TEST(server.state(id) == "Success");
}

BOOST_AUTO_TEST_CASE(an_unreachable_destination_costs_no_attempt_and_its_jobs_run_when_a_probe_finds_it_back) {
  const scratch directory;
  const peer other;
  run server(directory.path, {other.type()}, one_slot);
  const auto first = server.submit({.type = "Send", .retries = twice});
  const auto second = server.submit({.type = "Send", .retries = twice});
  BOOST_TEST(*other.calls == 1); // the second job is held back
  BOOST_TEST(server.state(first) == "Pending");
  BOOST_TEST(server.see(first).attempts == 0U);
  BOOST_TEST(server.see(first).retries == 0U);
  BOOST_TEST((explain(server, second).held_by == hold::unreachable));
  const auto resting = lane_of(server, "Send");
  BOOST_TEST(!resting.reachable);
  BOOST_TEST(resting.why_unreachable == "refused");
  BOOST_TEST((*resting.next_probe == server.clock.now() + 1s));
  server.pass(1s);
  BOOST_TEST(*other.probes == 1);
  BOOST_TEST((*lane_of(server, "Send").next_probe == server.clock.now() + 2s));
  BOOST_TEST(*other.calls == 1);
  *other.up = true;
  server.pass(2s);
  BOOST_TEST(*other.probes == 2);
  for (const auto& id : {first, second}) {
    BOOST_TEST(server.state(id) == "Success");
    BOOST_TEST(server.see(id).attempts == 1U);
    BOOST_TEST(server.see(id).earlier_attempts.empty());
    BOOST_TEST(server.see(id).error_details == "");
  }
}

BOOST_AUTO_TEST_CASE(an_unreachable_destination_is_looked_at_ever_more_rarely_but_once_a_minute) {
  const scratch directory;
  const peer other;
  run server(directory.path, {other.type()});
  server.submit({.type = "Send", .retries = twice});
  for (int second = 0; second < 600; ++second)
    server.pass(1s);
  BOOST_TEST(*other.probes >= 10);
  BOOST_TEST(*other.probes <= 16);
  BOOST_TEST(*other.calls == 1);
}

BOOST_AUTO_TEST_CASE(without_a_probe_one_job_after_the_other_finds_out) {
  const scratch directory;
  const peer other;
  run server(directory.path, {other.type(false)}, [](options& o) { o.concurrent_jobs.set_value(4); });
  const auto first = server.submit({.type = "Send", .retries = twice});
  const auto second = server.submit({.type = "Send", .retries = twice});
  BOOST_TEST(*other.calls == 1);
  server.pass(1s);
  BOOST_TEST(*other.calls == 2); // one is on trial, the other waits
  *other.up = true;
  server.pass(2s);
  BOOST_TEST(server.state(first) == "Success");
  BOOST_TEST(server.state(second) == "Success");
}

BOOST_AUTO_TEST_CASE(a_job_without_retries_ends_when_its_destination_stays_unreachable) {
  const scratch directory;
  const peer other;
  run server(directory.path, {other.type()});
  const auto first = server.submit({.type = "Send"});
  BOOST_TEST(server.state(first) == "Failure");
  const auto patient = server.submit({.type = "Send", .retries = twice});
  server.pass(1s);
  BOOST_TEST(server.state(patient) == "Pending");
  const auto late = server.submit({.type = "Send"});
  BOOST_TEST(*other.calls == 2); // it was not tried: the lane is known to rest
  server.pass(5s);
  server.pass(10ms); // while others wait, its end is written with theirs
  BOOST_TEST(server.state(late) == "Failure");
  BOOST_TEST(server.see(late).error_details == "still refused");
  BOOST_TEST(server.state(patient) == "Pending");
}

BOOST_AUTO_TEST_CASE(another_lane_goes_on_while_one_is_unreachable) {
  const scratch directory;
  const peer other;
  run server(directory.path, {other.type(), type_of("T", effect::network, 1, nothing)}, one_slot);
  server.submit({.type = "Send", .arguments = "lane dead", .retries = twice});
  const auto other_lane = server.submit({.type = "T"});
  server.pass(10ms); // while others wait, its end is written with theirs
  BOOST_TEST(server.state(other_lane) == "Success");
}

BOOST_AUTO_TEST_CASE(a_job_that_was_running_in_three_crashes_in_a_row_is_set_aside_with_that_reason) {
  const scratch directory;
  const gate door;
  const std::vector types{type_of("T", effect::network, 1, door), type_of("Other", effect::network, 1, nothing)};
  job_id id;
  job_id bystander;
  for (int crash = 0; crash < 3; ++crash) {
    run server(directory.path, types, one_slot);
    if (crash == 0) {
      id = server.submit({.type = "T"});
      bystander = server.submit({.type = "Other"});
    }
    BOOST_TEST(server.state(id) == "Running");
  }
  run server(directory.path, types, one_slot);
  const auto ended = server.see(id);
  BOOST_TEST(server.state(id) == "Failure");
  BOOST_TEST((ended.code == error_code::internal_error));
  BOOST_TEST(ended.error_details.find("died 3 times") != std::string::npos);
  BOOST_TEST(ended.attempts == 3U);
  BOOST_TEST(server.state(bystander) == "Success"); // it only waited
  door.open();
  BOOST_TEST(server.control(id, job_action::resubmit).has_value()); // someone has looked at it
  BOOST_TEST(server.state(id) == "Success");
}

BOOST_AUTO_TEST_CASE(a_stop_in_order_ends_the_row_of_crashes) {
  const scratch directory;
  const gate door;
  const std::vector types{type_of("T", effect::network, 1, door)};
  job_id id;
  for (const bool crash : {true, true, false, true, true}) {
    run server(directory.path, types);
    if (id.text.empty())
      id = server.submit({.type = "T"});
    BOOST_TEST(server.state(id) == "Running");
    if (!crash)
      BOOST_TEST(server.drain());
  }
  run server(directory.path, types);
  BOOST_TEST(server.state(id) == "Running");
}

BOOST_AUTO_TEST_CASE(a_drain_fails_no_job_whatever_it_was_doing) {
  const scratch directory;
  const gate door;
  const moody step;
  const std::vector types{type_of("T", effect::network, 1, door), type_of("Moody", effect::network, 1, step)};
  std::vector<job_id> ids;
  {
    run server(directory.path, types, [](options& o) { o.concurrent_jobs.set_value(3); });
    ids.push_back(server.submit({.type = "Moody", .retries = retry_policy{.max_retries = 1}}));
    ids.push_back(server.submit({.type = "T", .not_before = server.clock.now() + 1h}));
    for (int i = 0; i < 5; ++i)
      ids.push_back(server.submit({.type = "T"}));
    server.control(ids.back(), job_action::pause);
    BOOST_TEST(server.drain());
    BOOST_TEST(server.measured.jobs_total_failed.value() == 0.0);
    BOOST_TEST(finished_in(server.database.read()) == 0U);
  }
  door.open();
  *step.good = true;
  run server(directory.path, types);
  for (const auto& id : ids)
    BOOST_TEST(server.see(id).earlier_attempts.size() == (id == ids[0] ? 1U : 0U));
  BOOST_TEST(server.state(ids.back()) == "Paused");
  server.control(ids.back(), job_action::resume);
  server.pass(2h);
  for (const auto& id : ids)
    BOOST_TEST(server.state(id) == "Success");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace troupe::testing
