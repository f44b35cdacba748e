#include "core/output_stream.hpp"
#include "http/prefer.hpp"
#include "tests/http/dicom_bytes.hpp"
#include "tests/http/fake_services.hpp"

#include <boost/test/unit_test.hpp>

namespace troupe::http::test {

namespace {

using nlohmann::json;
using namespace std::chrono_literals;

const job_id id{"01900000-0000-7000-8000-000000000001"};
const std::string path = "/jobs/" + id.text;

job_record ended(job_state state, error_code code = error_code::success) {
  return {.id = id, .state = state, .code = code, .error_details = "why", .content = R"({"Description": "done"})"};
}

struct submission_fixture : routes_fixture {
  submission_fixture() {
    server.settings.diagnostic_jobs.set_value(true);
    server.accept = id;
  }

  void submit(reply& given, const json& body, header_list headers = {}) {
    ask_into(given, verb::post, "/tools/diagnostic-job", body.dump(), std::move(headers));
  }

  const submit_job& last() const { return server.submitted.back(); }

  void end(const result<job_record>& with) const { last().on_end(with); }

  /// An uploaded study.
  std::string study() {
    return "/studies/"
           + json_of(ask(verb::post, "/instances", instance_bytes(1, 1, 1, 1))).at("ParentStudy").get<std::string>();
  }
};

void expect_accepted(const reply& given, const std::string& applied) {
  BOOST_TEST(given.status == 202);
  BOOST_TEST(json_of(given) == json({{"ID", id.text}, {"Path", path}}));
  BOOST_TEST(header_of(given, "Location") == path);
  BOOST_TEST(header_of(given, "Preference-Applied") == applied);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(job_submission, submission_fixture)

// -- as in Orthanc --------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(without_preferences_an_asynchronous_call_is_answered_as_by_orthanc) {
  reply given;
  submit(given, {{"Asynchronous", true}, {"Steps", 3}});
  BOOST_TEST(given.status == 200);
  BOOST_TEST(json_of(given) == json({{"ID", id.text}, {"Path", path}}));
  BOOST_TEST(given.headers.empty());
  BOOST_TEST(!last().on_end);
}

BOOST_AUTO_TEST_CASE(a_synchronous_call_is_answered_with_the_content_at_the_end) {
  reply given;
  submit(given, json::object());
  BOOST_TEST(given.status == 0);
  end(ended(job_state::success));
  BOOST_TEST(given.status == 200);
  BOOST_TEST(json_of(given) == json({{"Description", "done"}}));
  BOOST_TEST(given.headers.empty());
  BOOST_TEST(server.timers.empty());
}

BOOST_AUTO_TEST_CASE(a_synchronous_failure_has_the_code_and_details_of_the_job) {
  reply given;
  submit(given, json::object());
  end(ended(job_state::failure, error_code::network_protocol));
  BOOST_TEST(given.status == 500);
  BOOST_TEST(json_of(given).at("OrthancStatus") == 9);
  BOOST_TEST(json_of(given).at("Details") == "why");
}

BOOST_AUTO_TEST_CASE(a_refused_job_is_an_error_of_the_request) {
  server.accept = error(error_code::full_storage, "full").with_status(503);
  reply given;
  submit(given, json::object());
  BOOST_TEST(given.status == 503);
  BOOST_TEST(header_of(given, "Retry-After") == "1");
  server.settings.http_describe_errors.set_value(false);
  submit(given, json::object());
  BOOST_TEST(given.status == 503);
  BOOST_TEST(header_of(given, "Retry-After") == "1");
  BOOST_TEST(text_of(given) == "");
}

BOOST_AUTO_TEST_CASE(diagnostic_jobs_are_offered_only_where_they_are_wanted) {
  server.settings.diagnostic_jobs.set_value(false);
  BOOST_TEST(ask(verb::post, "/tools/diagnostic-job", "{}").status == 404);
  BOOST_TEST(server.submitted.empty());
}

// -- fields ---------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_common_fields_reach_the_engine_and_not_the_type) {
  reply given;
  submit(given, {{"Steps", 3},
                 {"Priority", -5},
                 {"UserData", {1}},
                 {"MaxRetries", 4},
                 {"RetryDelay", 0.5},
                 {"RetryDelayMax", 2},
                 {"NotBefore", "2026-01-31T12:00:00Z"},
                 {"Asynchronous", true},
                 {"Permissive", true}});
  BOOST_REQUIRE_EQUAL(given.status, 200);
  BOOST_TEST(last().type == "Diagnostic");
  BOOST_TEST(last().arguments == R"({"Steps":3})");
  BOOST_TEST(last().priority == -5);
  BOOST_TEST(last().user_data == "[1]");
  BOOST_TEST((last().retries == retry_policy{4, 500ms, 2000ms}));
  BOOST_TEST((last().not_before == std::chrono::sys_days(std::chrono::year(2026) / 1 / 31) + 12h));
}

BOOST_AUTO_TEST_CASE(what_is_not_given_is_left_to_the_type) {
  reply given;
  submit(given, {{"Asynchronous", true}});
  BOOST_TEST(!last().retries);
  BOOST_TEST(!last().not_before);
  BOOST_TEST(!last().patience);
  BOOST_TEST(last().idempotency_key == "");
  submit(given, {{"Asynchronous", true}, {"MaxRetries", 2}, {"RetryDelay", 7200}});
  BOOST_TEST((last().retries == retry_policy{2, 7200s, 7200s}));
}

BOOST_AUTO_TEST_CASE(wrong_fields_are_refused) {
  for (const auto* body :
       {R"({"MaxRetries": -1})", R"({"MaxRetries": 1001})", R"({"MaxRetries": 1.5})", R"({"MaxRetries": "1"})",
        R"({"RetryDelay": 1})", R"({"MaxRetries": 1, "RetryDelay": 0})", R"({"MaxRetries": 1, "RetryDelay": "1"})",
        R"({"MaxRetries": 1, "RetryDelay": 1e9})", R"({"MaxRetries": 1, "RetryDelay": 5, "RetryDelayMax": 4})",
        R"({"NotBefore": "tomorrow"})", R"({"NotBefore": 5})", R"({"Priority": 4294967296})",
        R"({"Priority": 18446744073709551615})", R"({"Synchronous": 1})", "[]"})
    BOOST_TEST(ask(verb::post, "/tools/diagnostic-job", body).status == 400, body);
  BOOST_TEST(server.submitted.empty());
}

BOOST_AUTO_TEST_CASE(a_key_for_repetitions_is_printable_and_short) {
  reply given;
  submit(given, {{"Asynchronous", true}}, {{"idempotency-key", "order 66"}});
  BOOST_TEST(given.status == 200);
  BOOST_TEST(last().idempotency_key == "order 66");
  for (const auto& key : {std::string(), std::string(256, 'x'), std::string("a\tb"), std::string("\xc3\xa4")}) {
    submit(given, {{"Asynchronous", true}}, {{"idempotency-key", key}});
    BOOST_TEST(given.status == 400, key);
  }
  BOOST_TEST(server.submitted.size() == 1U);
}

// -- preferences ----------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(respond_async_is_answered_202_when_the_job_is_durable) {
  for (const auto& body : {json::object(), json{{"Asynchronous", true}}}) {
    reply given;
    submit(given, body, {{"prefer", "respond-async"}});
    expect_accepted(given, "respond-async");
  }
}

BOOST_AUTO_TEST_CASE(a_job_that_ends_within_the_wait_is_answered_200) {
  reply given;
  submit(given, json::object(), {{"prefer", "wait=5"}});
  BOOST_TEST(given.status == 0);
  end(ended(job_state::success));
  BOOST_TEST(given.status == 200);
  BOOST_TEST(header_of(given, "Preference-Applied") == "wait=5");
  BOOST_TEST(header_of(given, "Location") == "");
  server.submitted.clear();
  server.pass_time(5s);
  BOOST_TEST(given.status == 200);
}

BOOST_AUTO_TEST_CASE(a_job_that_outlasts_the_wait_is_answered_202) {
  reply given;
  submit(given, json::object(), {{"prefer", "wait=5, respond-async"}});
  server.pass_time(4999ms);
  BOOST_TEST(given.status == 0);
  server.pass_time(5s);
  expect_accepted(given, "respond-async, wait=5");
  end(ended(job_state::success));
  BOOST_TEST(given.status == 202);
}

BOOST_AUTO_TEST_CASE(the_wait_also_bounds_the_wait_for_a_place) {
  reply given;
  submit(given, {{"Asynchronous", true}}, {{"prefer", "wait=7"}});
  BOOST_TEST((last().patience == 7s));
  expect_accepted(given, "wait=7");
}

BOOST_AUTO_TEST_CASE(preferences_are_read_as_rfc_7240_says) {
  const auto read = [](const header_list& headers) {
    return read_preferences(head_for(verb::post, "/", headers)).text();
  };
  BOOST_TEST(read({}) == "");
  BOOST_TEST(read({{"prefer", "Respond-Async , WAIT = 10"}}) == "respond-async, wait=10");
  BOOST_TEST(read({{"prefer", "handling=lenient; a=\"b, respond-async\""}}) == "");
  BOOST_TEST(read({{"prefer", "wait=3"}, {"prefer", "wait=9, respond-async;x=y"}}) == "respond-async, wait=3");
  BOOST_TEST(read({{"prefer", "wait=\"4\""}}) == "wait=4");
  BOOST_TEST(read({{"prefer", "wait=-4, wait=1.5, wait=, wait, waiting=3"}}) == "");
  BOOST_TEST(read({{"prefer", "wait=99999999999999999999999"}}) == "wait=86400");
  BOOST_TEST(read({{"prefer", "\"\\"}}) == "");
}

// -- archives -------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_synchronous_archive_is_a_stream) {
  const auto given = ask(verb::post, study() + "/archive", R"({"Priority": 3, "MaxRetries": 1})");
  BOOST_REQUIRE(std::holds_alternative<streamed_body>(given.body));
  BOOST_TEST(given.content_type == "application/zip");
  BOOST_TEST((last().stream == std::get<streamed_body>(given.body).bytes));
  BOOST_TEST(last().priority == 3);
  BOOST_TEST(last().retries->max_retries == 1U);
}

BOOST_AUTO_TEST_CASE(an_archive_may_be_asked_for_asynchronously_by_preference) {
  const auto given = ask(verb::post, study() + "/archive", "{}", {{"prefer", "respond-async"}});
  expect_accepted(given, "respond-async");
  BOOST_TEST(!last().stream);
  const auto get = ask(verb::get, study() + "/archive", {}, {{"prefer", "respond-async"}});
  BOOST_TEST(std::holds_alternative<streamed_body>(get.body));
}

BOOST_AUTO_TEST_CASE(what_goes_to_one_client_cannot_be_repeated) {
  const auto archive = study() + "/archive";
  BOOST_TEST(ask(verb::post, archive, "{}", {{"idempotency-key", "a"}}).status == 400);
  BOOST_TEST(ask(verb::post, archive, R"({"Asynchronous": true})", {{"idempotency-key", "a"}}).status == 200);
}

BOOST_AUTO_TEST_CASE(the_common_fields_are_described_once) {
  const auto described = json_of(ask(verb::get, "/openapi.json"));
  const auto& fields = described.at("components").at("schemas").at("job_request").at("properties");
  BOOST_TEST(fields.contains("MaxRetries"));
  const auto& post = described.at("paths").at("/studies/{id}/archive").at("post");
  BOOST_TEST(post.at("responses").contains("202"));
  BOOST_TEST(post.at("parameters").dump().find("Idempotency-Key") != std::string::npos);
  BOOST_TEST(!described.at("paths").at("/jobs/actions").at("post").at("responses").contains("202"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::http::test
