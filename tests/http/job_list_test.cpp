#include "core/json_text.hpp"
#include "http/json_list_text.hpp"
#include "http/query.hpp"
#include "persistence/job_store.hpp"
#include "tests/http/fake_services.hpp"

#include <boost/test/unit_test.hpp>

namespace troupe::http::test {

namespace {

using nlohmann::json;

struct list_fixture : routes_fixture {
  std::vector<json> names(std::initializer_list<std::size_t> of) const {
    std::vector<json> some;
    for (const auto i : of)
      some.emplace_back(jobs.at(i - 1).text);
    return some;
  }

  void add(std::size_t count) {
    for (std::size_t i = 1; i <= count; ++i)
      jobs.push_back(server.add_job(i, i % 2 == 0 ? job_phase::success : job_phase::pending,
                                    {.user_data = i % 3 == 0   ? R"({"a": 1})"
                                                  : i % 3 == 1 ? "\"text\""
                                                               : ""}));
  }

  json get(const std::string& query) {
    const auto given = ask(verb::get, "/jobs" + query);
    BOOST_REQUIRE_EQUAL(given.status, 200);
    link = header_of(given, "Link");
    return json_of(given);
  }

  std::vector<job_id> jobs;
  std::string link;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(job_list, list_fixture)

BOOST_AUTO_TEST_CASE(without_parameters_there_are_all_jobs_as_orthanc_shows_them) {
  BOOST_TEST(text_of(ask(verb::get, "/jobs")) == "[]\n");
  add(2500); // more than one read
  const auto given = ask(verb::get, "/jobs");
  json all = json::array();
  for (const auto& job : jobs)
    all.push_back(job.text);
  BOOST_TEST((text_of(given) == pretty(all)));
  BOOST_TEST(given.headers.empty());
  const auto expanded = get("?expand");
  BOOST_TEST(expanded.size() == jobs.size());
  BOOST_TEST(expanded.at(7).at("ID") == jobs.at(7).text);
}

BOOST_AUTO_TEST_CASE(a_list_is_the_same_text_whole_or_element_by_element) {
  const json all = {"a\n\"b", 1, json::object(), json::array(), {{"x", {1, {{"y", nullptr}}}}, {"z", "\n"}}};
  json_list_text list;
  for (const auto& each : all)
    list.add(each);
  BOOST_TEST(std::move(list).take() == pretty(all));
}

BOOST_AUTO_TEST_CASE(jobs_are_chosen_by_what_they_are) {
  add(6);
  BOOST_TEST(get("?state=Success") == json(names({2, 4, 6})));
  BOOST_TEST(get("?state=Pending") == json(names({1, 3, 5})));
  BOOST_TEST(get("?state=Running") == json::array());
  BOOST_TEST(get("?type=Archive") == json::array());
  BOOST_TEST(get("?lane=Diagnostic&order=desc") == json(names({6, 5, 4, 3, 2, 1})));
  BOOST_TEST(get("?since=20260304T050003.000000&until=2026-03-04T05:00:05Z") == json(names({3, 4})));
  BOOST_TEST(get("?user-data=%7B%22a%22:1%7D") == json(names({3, 6})));
  BOOST_TEST(get("?user-data=text&state=Success") == json(names({4})));
  BOOST_TEST(get("?user-data=%22text%22") == json(names({1, 4})));
  BOOST_TEST(get("?state=Success&expand&limit=1").at(0).at("State") == "Success");
}

BOOST_AUTO_TEST_CASE(a_link_leads_to_the_next_page) {
  add(5);
  BOOST_TEST(get("?limit=2&state=Pending") == json(names({1, 3})));
  BOOST_TEST(link == "</jobs?limit=2&state=Pending&after=3>; rel=\"next\"");
  BOOST_TEST(get("?limit=2&state=Pending&after=3") == json(names({5})));
  BOOST_TEST(link == "");
  BOOST_TEST(get("?limit=2&after=" + jobs.at(1).text) == json(names({3, 4})));
  BOOST_TEST(get("?limit=2&order=desc") == json(names({5, 4})));
  BOOST_TEST(get("?limit=2&order=desc&after=" + jobs.at(3).text) == json(names({3, 2})));
}

BOOST_AUTO_TEST_CASE(a_link_keeps_what_was_asked) {
  const auto request = head_for(verb::get, "/jobs/?lane=a%3Ab%26c&expand&after=1");
  BOOST_TEST(next_link(request, "after", "7") == "</jobs/?lane=a%3Ab%26c&expand&after=7>; rel=\"next\"");
}

BOOST_AUTO_TEST_CASE(a_wrong_parameter_is_refused) {
  for (const auto* query : {"state=pending", "state=", "since=yesterday", "until=1", "limit=0", "limit=10001",
                            "limit=x", "after=x", "after=01900000-0000-7000-8000-000000000009", "order=up"})
    BOOST_TEST(ask(verb::get, std::string("/jobs?") + query).status == 400, query);
  const auto why = json_of(ask(verb::get, "/jobs?state=Done")).at("Details").get<std::string>();
  BOOST_TEST(why == "A state must be one of Pending, Running, Success, Failure, Paused, Retry");
}

BOOST_AUTO_TEST_CASE(statistics_count_every_job_once) {
  add(5);
  server.jobs.set({.sequence = 1, .epoch = 1});
  const auto totals = json_of(ask(verb::get, "/jobs/statistics"));
  const json states{{"Pending", 2}, {"Running", 1}, {"Paused", 0}, {"Retry", 0}, {"Success", 2}, {"Failure", 0}};
  BOOST_TEST(totals.at("States") == states);
  BOOST_TEST(totals.at("Total") == 5);
  BOOST_TEST(totals.at("ConcurrentJobs") == 2);
  BOOST_TEST(totals.at("LimitJobs") == 0);
}

// -- the ledger -----------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_ledger_names_the_items_that_failed) {
  const std::string resource = "907459f3-6149bfb5-cc13a5a4-bed56117-98ab54d9";
  const auto job = server.add_job(1, job_phase::pending, {.items = {"1", resource, "3", "4"}});
  auto row = *persistence::find_job(server.store.read(), job);
  row.phase = job_phase::running;
  row.epoch = 1;
  server.put(persistence::update_job{row});
  const item_failure refused{{error_code::network_protocol, "refused"}, std::uint16_t{0xA700}};
  server.put(persistence::advance_job{1, 1, 4, {{0, {{error_code::timeout, "slow"}, {}}}, {1, refused}, {3, refused}}});
  const auto path = "/jobs/" + job.text + "/failures";
  const auto first = ask(verb::get, path + "?limit=2");
  const json expected = {
    {{"Item", 0}, {"ErrorCode", 16}, {"ErrorDescription", describe(error_code::timeout).text}, {"Details", "slow"}},
    {{"Item", 1},
     {"ErrorCode", 9},
     {"ErrorDescription", describe(error_code::network_protocol).text},
     {"Details", "refused"},
     {"DimseErrorStatus", 0xA700},
     {"Resource", resource}}};
  BOOST_TEST(json_of(first) == expected);
  BOOST_TEST(header_of(first, "Link") == "<" + path + "?limit=2&since=2>; rel=\"next\"");
  const auto second = ask(verb::get, path + "?limit=2&since=2");
  BOOST_TEST(json_of(second).at(0).at("Item") == 3);
  BOOST_TEST(header_of(second, "Link") == "");
  BOOST_TEST(ask(verb::get, "/jobs/x/failures").status == 404);
  BOOST_TEST(ask(verb::get, path + "?limit=0").status == 400);
  BOOST_TEST(ask(verb::get, path + "?since=-1").status == 400);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::http::test
