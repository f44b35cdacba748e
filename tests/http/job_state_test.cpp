#include "http/job_json.hpp"
#include "persistence/job_store.hpp"
#include "tests/http/fake_services.hpp"

#include <boost/test/unit_test.hpp>

namespace troupe::http::test {

namespace {

using nlohmann::json;
using namespace std::chrono_literals;

struct job_fixture : routes_fixture {
  reply get(const job_id& job, const std::string& query = {}, const std::string& tag = {}) {
    return ask(verb::get, "/jobs/" + job.text + query, {},
               tag.empty() ? header_list() : header_list{{"if-none-match", tag}});
  }

  std::string tag_of(const job_id& job) { return header_of(get(job), "ETag"); }

  /// How the engine would tell of a job.
  job_record told(const job_id& job, job_state state) {
    return {.id = job, .type = "Diagnostic", .state = state, .changed = server.time.time + 1h};
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(job_state_routes, job_fixture)

// -- the object -----------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_orthanc_does_not_know_is_shown_only_where_it_says_something) {
  const job_record plain{.id = {"x"}, .type = "Archive", .lane = "Archive"};
  for (const auto* name :
       {"Lane", "MaxRetries", "Retries", "NotBefore", "NextAttempt", "Attempts", "FailedItemsCount", "UserData"})
    BOOST_TEST(!job_json(plain, {}).contains(name), name);
  job_record busy = plain;
  busy.lane = "modality:PACS";
  busy.max_retries = 3;
  busy.not_before = time_point(1s);
  busy.failed_items = 2;
  busy.earlier_attempts = {{1, time_point(1s), time_point(2s), 7, error_code::network_protocol, "refused"}};
  auto shown = job_json(busy, {});
  BOOST_TEST(shown.at("Lane") == "modality:PACS");
  BOOST_TEST(shown.at("MaxRetries") == 3);
  BOOST_TEST(shown.at("Retries") == 0);
  BOOST_TEST(shown.at("NotBefore") == "19700101T000001.000000");
  BOOST_TEST(shown.at("FailedItemsCount") == 2);
  const json attempt{{"Number", 1},
                     {"Started", "19700101T000001.000000"},
                     {"Ended", "19700101T000002.000000"},
                     {"StepsDone", 7},
                     {"ErrorCode", 9},
                     {"ErrorDescription", describe(error_code::network_protocol).text},
                     {"ErrorDetails", "refused"}};
  BOOST_TEST(shown.at("Attempts") == json::array({attempt}));
  busy.state = job_state::retry;
  shown = job_json(busy, {});
  BOOST_TEST(shown.at("NextAttempt") == "19700101T000001.000000");
  BOOST_TEST(!shown.contains("NotBefore"));
}

// -- 304 ------------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_job_that_has_not_changed_is_not_sent_again) {
  const auto job = server.add_job(1);
  const auto tag = tag_of(job);
  BOOST_TEST(tag.starts_with("W/\""));
  server.time.time += 1h;
  const auto same = get(job, {}, "\"other\", " + tag);
  BOOST_TEST(same.status == 304);
  BOOST_TEST(header_of(same, "ETag") == tag);
  BOOST_TEST(text_of(same) == "");
  server.jobs.set({.sequence = 1, .epoch = 1, .started = server.time.time, .steps_done = 1, .steps_total = 10});
  const auto running = get(job, {}, tag);
  BOOST_TEST(running.status == 200);
  server.jobs.advance(1, 1, 2, 0, {});
  BOOST_TEST(get(job, {}, header_of(running, "ETag")).status == 200);
}

BOOST_AUTO_TEST_CASE(an_unknown_job_is_404) {
  BOOST_TEST(ask(verb::get, "/jobs/01900000-0000-7000-8000-000000000009?wait=1").status == 404);
  BOOST_TEST(ask(verb::get, "/jobs/x").status == 404);
  BOOST_TEST(server.watched.empty());
}

// -- waiting --------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_wait_ends_with_the_job) {
  const auto job = server.add_job(1);
  reply given;
  ask_into(given, verb::get, "/jobs/" + job.text + "?wait=30");
  BOOST_TEST(given.status == 0);
  BOOST_REQUIRE_EQUAL(server.watched.size(), 1U);
  const auto& [asked, then] = server.watched.front();
  BOOST_TEST((asked.id == job));
  BOOST_TEST((asked.patience == 30s));
  BOOST_TEST(!asked.changed_after);
  then(told(job, job_state::success));
  BOOST_TEST(given.status == 200);
  BOOST_TEST(json_of(given).at("State") == "Success");
}

BOOST_AUTO_TEST_CASE(a_wait_that_is_over_says_how_the_job_is) {
  const auto job = server.add_job(1);
  reply given;
  ask_into(given, verb::get, "/jobs/" + job.text + "?wait=1");
  auto pending = told(job, job_state::pending);
  pending.changed = server.time.time;
  server.watched.front().second(pending);
  BOOST_TEST(given.status == 200);
  BOOST_TEST(json_of(given).at("State") == "Pending");
}

BOOST_AUTO_TEST_CASE(a_client_that_knows_the_job_waits_for_its_next_transition) {
  const auto job = server.add_job(1);
  const auto tag = tag_of(job);
  reply given;
  ask_into(given, verb::get, "/jobs/" + job.text + "?wait=30", {}, {{"if-none-match", tag}});
  const auto row = persistence::find_job(server.store.read(), job);
  BOOST_TEST((server.watched.at(0).first.changed_after == row->changed));
  server.watched.at(0).second(told(job, job_state::running));
  BOOST_TEST(given.status == 200);
  BOOST_TEST(json_of(given).at("State") == "Running");
  ask_into(given, verb::get, "/jobs/" + job.text + "?wait=30", {}, {{"if-none-match", tag}});
  auto same = told(job, job_state::pending);
  same.changed = row->changed;
  server.watched.at(1).second(same);
  BOOST_TEST(given.status == 304);
}

BOOST_AUTO_TEST_CASE(nobody_waits_for_what_is_there) {
  const auto job = server.add_job(1, job_phase::success);
  BOOST_TEST(get(job, "?wait=30").status == 200);
  BOOST_TEST(get(job, "?wait=30", tag_of(job)).status == 304);
  const auto pending = server.add_job(2);
  BOOST_TEST(get(pending, "?wait=0").status == 200);
  BOOST_TEST(get(pending, "?wait=30", "\"old\"").status == 200);
  BOOST_TEST(server.watched.empty());
  for (const auto* wait : {"301", "-1", "x", "", "1.5"})
    BOOST_TEST(get(pending, std::string("?wait=") + wait).status == 400, wait);
}

BOOST_AUTO_TEST_CASE(a_job_that_goes_away_while_one_waits_is_an_error) {
  const auto job = server.add_job(1);
  reply given;
  ask_into(given, verb::get, "/jobs/" + job.text + "?wait=30");
  server.watched.front().second(error(error_code::inexistent_item));
  BOOST_TEST(given.status == 404);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::http::test
