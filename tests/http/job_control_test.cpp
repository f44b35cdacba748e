#include "tests/http/fake_services.hpp"

#include <boost/test/unit_test.hpp>

namespace troupe::http::test {

namespace {

using nlohmann::json;
using namespace std::chrono_literals;

const std::string unknown = "/jobs/01900000-0000-7000-8000-000000000009";

} // namespace

BOOST_FIXTURE_TEST_SUITE(job_control_routes, routes_fixture)

// -- one job --------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(actions_are_answered_with_an_empty_object) {
  const auto path = "/jobs/" + server.add_job(1).text;
  for (const auto* action : {"cancel", "pause", "resume", "resubmit"}) {
    const auto given = ask(verb::post, path + "/" + action, "any body");
    BOOST_TEST(given.status == 200, action);
    BOOST_TEST(json_of(given) == json::object(), action);
  }
}

BOOST_AUTO_TEST_CASE(an_action_is_no_output) {
  const auto path = "/jobs/" + server.add_job(1).text;
  for (const auto* action : {"cancel", "priority", "resubmit"}) {
    const auto given = ask(verb::get, path + "/" + action);
    BOOST_TEST(given.status == 404, action);
    BOOST_TEST(json_of(given).at("OrthancStatus") == 7, action);
  }
}

BOOST_AUTO_TEST_CASE(a_priority_is_a_number_of_32_bits) {
  const auto job = server.add_job(1);
  BOOST_TEST(ask(verb::put, "/jobs/" + job.text + "/priority", "-7\n").status == 200);
  BOOST_TEST(server.prioritized.at(0).priority == -7);
  BOOST_TEST((server.prioritized.at(0).id == job));
  for (const auto* body : {"", "high", "1.5", "\"1\"", "{}", "2147483648", "-2147483649", "18446744073709551615"})
    BOOST_TEST(ask(verb::put, "/jobs/" + job.text + "/priority", body).status == 400, body);
  BOOST_TEST(ask(verb::put, unknown + "/priority", "1").status == 400);
  BOOST_TEST(server.prioritized.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_explanation_says_what_holds_the_job) {
  const auto job = server.add_job(1);
  job_explanation why;
  why.job.id = job;
  why.held_by = hold::lane_paused;
  why.text = "Its lane is paused";
  why.ahead = 4;
  why.ahead_is_floor = true;
  why.expected_start = time_point(1s);
  why.running = {{"a"}};
  server.explanation = why;
  const json expected{{"ID", job.text},
                      {"State", "Pending"},
                      {"HeldBy", "LanePaused"},
                      {"Text", "Its lane is paused"},
                      {"Ahead", 4},
                      {"AheadIsFloor", true},
                      {"ExpectedStart", "19700101T000001.000000"},
                      {"Running", {"a"}}};
  BOOST_TEST(json_of(ask(verb::get, "/jobs/" + job.text + "/explain")) == expected);
  BOOST_TEST(ask(verb::get, unknown + "/explain").status == 404);
}

BOOST_AUTO_TEST_CASE(the_failed_items_alone_become_a_new_job) {
  const auto job = server.add_job(1, job_phase::success);
  server.accept = job_id{"new"};
  const auto path = "/jobs/" + job.text + "/resubmit";
  const auto given = ask(verb::post, path, R"({"FailedOnly": true, "Priority": 2})");
  BOOST_TEST(json_of(given) == json({{"ID", "new"}, {"Path", "/jobs/new"}}));
  BOOST_TEST((server.submitted.at(0).failed_items_of == job));
  BOOST_TEST(server.submitted.at(0).type == "Diagnostic");
  BOOST_TEST(server.submitted.at(0).priority == 2);
  for (const auto* body : {"", "nonsense", "[]", R"({"FailedOnly": false})", R"({"FailedOnly": 1})"})
    BOOST_TEST(json_of(ask(verb::post, path, body)) == json::object(), body);
  BOOST_TEST(server.submitted.size() == 1U);
  BOOST_TEST(ask(verb::post, unknown + "/resubmit", R"({"FailedOnly": true})").status == 400);
}

// -- many jobs ------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(many_jobs_are_chosen_by_a_filter) {
  const json filter{{"State", "Pending"},
                    {"Type", "Archive"},
                    {"Lane", "a:b"},
                    {"Since", "1970-01-01T00:00:01Z"},
                    {"Until", "19700101T000002.000000"},
                    {"IDs", {"x", "y"}}};
  const auto given = ask(verb::post, "/jobs/actions",
                         json{{"Action", "prioritize"}, {"Priority", 8}, {"Filter", filter}, {"DryRun", true}}.dump());
  BOOST_TEST(json_of(given) == json({{"Matched", 3}, {"Changed", 2}, {"Refused", 1}, {"Sample", {"x", "y"}}}));
  const auto& asked = server.controlled.at(0);
  BOOST_TEST((asked.action == bulk_action::prioritize));
  BOOST_TEST(asked.priority == 8);
  BOOST_TEST(asked.dry_run);
  BOOST_TEST((asked.which.state == job_state::pending));
  BOOST_TEST((asked.which.type == "Archive"));
  BOOST_TEST((asked.which.lane == "a:b"));
  BOOST_TEST((asked.which.created_from == time_point(1s)));
  BOOST_TEST((asked.which.created_before == time_point(2s)));
  BOOST_TEST(asked.which.ids.size() == 2U);
}

BOOST_AUTO_TEST_CASE(all_jobs_are_meant_only_where_it_is_said) {
  BOOST_TEST(ask(verb::post, "/jobs/actions", R"({"Action": "cancel"})").status == 400);
  BOOST_TEST(ask(verb::post, "/jobs/actions", R"({"Action": "cancel", "Filter": {}, "All": false})").status == 400);
  BOOST_TEST(ask(verb::post, "/jobs/actions", R"({"Action": "cancel", "Filter": {"IDs": []}, "All": true})").status
             == 400);
  BOOST_TEST(server.controlled.empty());
  BOOST_TEST(ask(verb::post, "/jobs/actions", R"({"Action": "delete", "All": true})").status == 200);
  BOOST_TEST((server.controlled.at(0).action == bulk_action::remove));
}

BOOST_AUTO_TEST_CASE(a_bulk_action_with_a_mistake_does_nothing) {
  for (const auto* body :
       {"", "[]", "{}", R"({"Action": "explode", "All": true})", R"({"Action": 1, "All": true})",
        R"({"Action": "cancel", "All": 1})", R"({"Action": "cancel", "all": true, "All": true})",
        R"({"Action": "cancel", "Filter": {"Sate": "Pending"}})",
        R"({"Action": "cancel", "Filter": {"State": "pending"}})", R"({"Action": "cancel", "Filter": {"Since": "x"}})",
        R"({"Action": "cancel", "Filter": {"IDs": [1]}})", R"({"Action": "cancel", "Filter": []})",
        R"({"Action": "prioritize", "All": true})", R"({"Action": "cancel", "Priority": 1, "All": true})",
        R"({"Action": "cancel", "DryRun": "yes", "All": true})", R"({"Action": "cancel", "Filter": {"Type": 1}})"})
    BOOST_TEST(ask(verb::post, "/jobs/actions", body).status == 400, body);
  BOOST_TEST(server.controlled.empty());
}

// -- lanes ----------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_lane_is_limited_and_paused) {
  const auto given = ask(verb::put, "/lanes/modality%3aPACS%2f1", R"({"Limit": 2, "Paused": true})");
  BOOST_TEST(json_of(given)
             == json({{"Name", "modality:PACS/1"},
                      {"Limit", 2},
                      {"Paused", true},
                      {"Waiting", 0},
                      {"Running", 0},
                      {"Reachable", true}}));
  BOOST_TEST(json_of(ask(verb::get, "/lanes/modality:PACS%2F1")) == json_of(given));
  BOOST_TEST(json_of(ask(verb::get, "/lanes")) == json::array({json_of(given)}));
  BOOST_TEST(ask(verb::get, "/lanes/other").status == 404);
  BOOST_TEST(json_of(ask(verb::post, "/lanes/b/pause")).at("Paused") == true);
  BOOST_TEST(json_of(ask(verb::post, "/lanes/b/resume")).at("Paused") == false);
}

BOOST_AUTO_TEST_CASE(a_lane_says_why_it_cannot_be_reached) {
  server.lanes = {{.name = "a", .reachable = false, .why_unreachable = "refused", .next_probe = time_point(1s)}};
  const auto lane = json_of(ask(verb::get, "/lanes/a"));
  BOOST_TEST(lane.at("Reachable") == false);
  BOOST_TEST(lane.at("WhyUnreachable") == "refused");
  BOOST_TEST(lane.at("NextProbe") == "19700101T000001.000000");
}

BOOST_AUTO_TEST_CASE(a_wrong_setting_of_a_lane_is_refused) {
  for (const auto* body :
       {"", "{}", "[]", R"({"Limit": -1})", R"({"Limit": "2"})", R"({"Paused": 1})", R"({"Limits": 2})"})
    BOOST_TEST(ask(verb::put, "/lanes/a", body).status == 400, body);
  BOOST_TEST(ask(verb::put, "/lanes/" + std::string(129, 'a'), R"({"Limit": 1})").status == 400);
  BOOST_TEST(server.lanes.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::http::test
