#include "core/output_stream.hpp"
#include "tests/http/fake_services.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <tuple>

namespace troupe::http::test {

namespace {

using nlohmann::json;
using namespace std::chrono_literals;

/// A client of `/jobs/events` that reads when the test says so.
class listener {
public:
  explicit listener(reply given) : head(std::move(given)) {}

  /// What has come since the last read.
  std::string read() {
    std::string got;
    const auto& bytes = std::get<streamed_body>(head.body).bytes;
    if (!waits_) {
      waits_ = true;
      bytes->read([this](const result<std::string>& chunk) {
        waits_ = false;
        kept_ += chunk.value();
      });
    }
    std::swap(got, kept_);
    return got;
  }

  /// The events among it: name, id, data.
  std::vector<std::tuple<std::string, int, json>> events() {
    std::vector<std::tuple<std::string, int, json>> found;
    std::istringstream text(read());
    std::string id;
    std::string name;
    for (std::string line; std::getline(text, line);) {
      if (line.starts_with("id: "))
        id = line.substr(4);
      else if (line.starts_with("event: "))
        name = line.substr(7);
      else if (line.starts_with("data: "))
        found.emplace_back(name, std::stoi(id), json::parse(line.substr(6)));
    }
    return found;
  }

  void leave() const { std::get<streamed_body>(head.body).bytes->abandon(); }

  reply head;

private:
  std::string kept_;
  bool waits_ = false;
};

struct events_fixture : routes_fixture {
  listener listen(const std::string& query = {}, header_list headers = {}) {
    return listener(ask(verb::get, "/jobs/events" + query, {}, std::move(headers)));
  }

  /// A job is added, and who listens is told.
  void add(job_sequence sequence, job_phase phase = job_phase::pending) {
    server.add_job(sequence, phase);
    server.bell.ring();
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(job_events, events_fixture)

BOOST_AUTO_TEST_CASE(the_first_bytes_come_before_the_first_event) {
  auto client = listen();
  BOOST_TEST(client.head.status == 200);
  BOOST_TEST(client.head.content_type == "text/event-stream");
  BOOST_TEST(std::get<streamed_body>(client.head.body).endless);
  BOOST_TEST(client.read() == ":\nid: 0\n\n");
}

BOOST_AUTO_TEST_CASE(a_comment_keeps_the_connection_open) {
  auto client = listen();
  client.read();
  client.read();
  server.pass_time(15s);
  BOOST_TEST(client.read() == ":\n\n");
  server.pass_time(15s);
  BOOST_TEST(client.read() == ":\n\n");
}

BOOST_AUTO_TEST_CASE(a_client_that_leaves_is_forgotten) {
  const auto client = listen();
  BOOST_TEST(server.bell.listeners() == 1U);
  client.leave();
  BOOST_TEST(server.bell.listeners() == 0U);
  server.pass_time(15s);
  server.pass_time(15s);
  BOOST_TEST(server.timers.empty());
}

BOOST_AUTO_TEST_CASE(too_many_listeners_are_told_to_come_again) {
  for (int i = 0; i < 1024; ++i)
    BOOST_TEST_REQUIRE(server.bell.listen([] {}) != 0U);
  BOOST_TEST(ask(verb::get, "/jobs/events").status == 503);
}

BOOST_AUTO_TEST_CASE(the_head_alone_makes_no_listener) {
  BOOST_TEST(ask(verb::head, "/jobs/events").content_type == "text/event-stream");
  BOOST_TEST(server.bell.listeners() == 0U);
}

BOOST_AUTO_TEST_CASE(a_wrong_place_or_filter_is_refused) {
  for (const auto* query : {"?last-event-id=x", "?last-event-id=-1", "?state=running"})
    BOOST_TEST(ask(verb::get, std::string("/jobs/events") + query).status == 400, query);
  BOOST_TEST(ask(verb::get, "/jobs/events", {}, {{"last-event-id", "x"}}).status == 400);
  BOOST_TEST(server.bell.listeners() == 0U);
}

BOOST_AUTO_TEST_CASE(a_new_client_hears_only_what_is_new) {
  add(1);
  auto client = listen();
  client.read();
  add(2, job_phase::failure);
  server.pass_time(1s);
  const auto heard = client.events();
  BOOST_REQUIRE_EQUAL(heard.size(), 1U);
  const auto& [name, number, data] = heard.front();
  BOOST_TEST(name == "job");
  BOOST_TEST(number == 2);
  BOOST_TEST(data.at("ID") == "01900000-0000-7000-8000-000000000002");
  BOOST_TEST(data.at("Type") == "Diagnostic");
  BOOST_TEST(data.at("State") == "Failure");
  for (const auto* member : {"Priority", "Attempts", "ErrorCode", "Timestamp"})
    BOOST_TEST(data.contains(member), member);
  BOOST_TEST(!data.contains("Removed"));
}

BOOST_AUTO_TEST_CASE(a_client_goes_on_behind_the_event_it_has_seen) {
  for (job_sequence i = 1; i <= 3; ++i)
    add(i);
  auto by_header = listen("?last-event-id=0", {{"last-event-id", "2"}});
  auto by_parameter = listen("?last-event-id=1");
  server.pass_time(1s);
  BOOST_TEST(by_header.events().size() == 1U);
  BOOST_TEST(by_parameter.events().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_client_of_another_history_is_told_of_the_gap) {
  add(1);
  auto client = listen("?last-event-id=77");
  server.pass_time(1s);
  const auto heard = client.events();
  BOOST_REQUIRE_EQUAL(heard.size(), 1U);
  BOOST_TEST(std::get<0>(heard.front()) == "gap");
  BOOST_TEST(std::get<1>(heard.front()) == 1);
  BOOST_TEST(std::get<2>(heard.front()).at("Oldest") == 1);
}

BOOST_AUTO_TEST_CASE(many_commits_cost_one_look) {
  const auto client = listen();
  server.pass_time(1s);
  const auto before = server.timers.size();
  for (job_sequence i = 1; i <= 50; ++i)
    add(i);
  BOOST_TEST(server.timers.size() == before + 1);
}

BOOST_AUTO_TEST_CASE(a_client_that_reads_late_misses_nothing_and_costs_no_memory) {
  auto client = listen();
  for (job_sequence i = 1; i <= 1000; ++i)
    add(i);
  for (int i = 0; i < 20; ++i)
    server.pass_time(1s);
  std::size_t heard = 0;
  for (int i = 0; i < 20; ++i) {
    const auto some = client.events();
    BOOST_TEST(some.size() < 700U);
    heard += some.size();
    server.pass_time(1s);
  }
  BOOST_TEST(heard == 1000U);
}

BOOST_AUTO_TEST_CASE(a_client_hears_of_what_it_asked_for) {
  auto failures = listen("?state=Failure");
  auto archives = listen("?type=Archive");
  add(1);
  add(2, job_phase::failure);
  server.pass_time(1s);
  BOOST_TEST(failures.events().size() == 1U);
  BOOST_TEST(archives.events().empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::http::test
