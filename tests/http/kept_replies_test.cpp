#include "http/wire/reply_cache.hpp"
#include "tests/http/wire_fixture.hpp"

namespace troupe::http {
namespace {

using test::client;

const std::string get_series = "GET /series HTTP/1.1\r\nHost: a\r\n\r\n";

/// Answers with how many requests reached it, as something that is true in the state of now.
struct counting_fixture : test::wire_fixture {
  counting_fixture() {
    sink.on_take = [this](const call& received) {
      reply with{200, "text/plain", {}, "answer " + std::to_string(sink.taken)};
      with.true_in_state = sink.state_now;
      received.respond(std::move(with));
    };
  }

  std::string ask(client& by, const std::string& request, std::string_view end) {
    by.write(request);
    return by.read_until(end);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(kept_replies, counting_fixture)

BOOST_AUTO_TEST_CASE(the_same_request_is_answered_again_without_a_handler) {
  client first(running());
  const auto made = ask(first, get_series, "answer 1");
  BOOST_TEST(test::status_of(made) == 200);
  BOOST_TEST(ask(first, get_series, "answer 1") == made);
  client second(running());
  BOOST_TEST(ask(second, get_series, "answer 1") == made);
  BOOST_TEST(sink.taken == 1);
}

BOOST_AUTO_TEST_CASE(a_change_of_the_state_makes_a_new_answer) {
  client one(running());
  ask(one, get_series, "answer 1");
  ++sink.state_now;
  BOOST_TEST(!ask(one, get_series, "answer 2").empty());
  BOOST_TEST(!ask(one, get_series, "answer 2").empty());
  BOOST_TEST(sink.taken == 2);
}

BOOST_AUTO_TEST_CASE(an_answer_that_was_made_of_an_older_state_is_not_given_in_a_newer_one) {
  const auto answer = sink.on_take;
  sink.on_take = [&](const call& received) {
    answer(received); // made of the state before
    ++sink.state_now;
  };
  client one(running());
  ask(one, get_series, "answer 1");
  BOOST_TEST(!ask(one, get_series, "answer 2").empty());
}

BOOST_AUTO_TEST_CASE(requests_that_differ_in_any_byte_have_their_own_answers) {
  client one(running());
  ask(one, get_series, "answer 1");
  ask(one, "GET /series HTTP/1.1\r\nHost: b\r\n\r\n", "answer 2");
  ask(one, "GET /series?expand HTTP/1.1\r\nHost: a\r\n\r\n", "answer 3");
  ask(one, "GET /series HTTP/1.1\r\nHost: a\r\nAccept: application/xml\r\n\r\n", "answer 4");
  BOOST_TEST(sink.taken == 4);
}

BOOST_AUTO_TEST_CASE(nothing_is_kept_for_a_request_with_a_body_or_that_ends_the_connection) {
  for (const std::string request : {"GET /series HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
                                    "GET /series HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                                    "POST /series HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"}) {
    const int before = sink.taken;
    for (int i = 1; i <= 2; ++i) {
      client one(running());
      BOOST_TEST(!ask(one, request, "answer " + std::to_string(before + i)).empty());
    }
  }
  client one(running());
  one.write("HEAD /series HTTP/1.1\r\nHost: a\r\n\r\n");
  BOOST_TEST(one.read_until("\r\n\r\n").find("answer") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(answers_that_do_not_say_so_are_not_kept) {
  sink.on_take = [this](const call& received) {
    received.respond({200, "text/plain", {}, "answer " + std::to_string(sink.taken)});
  };
  client one(running());
  ask(one, get_series, "answer 1");
  BOOST_TEST(!ask(one, get_series, "answer 2").empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(reply_cache_bounds)

reply_cache::bytes reply_of(std::size_t size) {
  return std::make_shared<const std::string>(size, 'x');
}

BOOST_AUTO_TEST_CASE(what_is_kept_stays_within_the_limit_and_the_latest_stays) {
  constexpr std::size_t count = 1000;
  reply_cache cache(1024 * 1024);
  for (std::size_t i = 0; i < count; ++i) {
    cache.keep("request " + std::to_string(i), 1, reply_of(4096));
    BOOST_TEST(cache.find("request " + std::to_string(i), 1) != nullptr);
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i)
    kept += cache.find("request " + std::to_string(i), 1) != nullptr ? 4096 : 0;
  BOOST_TEST(kept > 0U);
  BOOST_TEST(kept <= 1024U * 1024U);
}

BOOST_AUTO_TEST_CASE(a_reply_that_is_too_large_is_not_kept) {
  reply_cache cache(1024 * 1024);
  cache.keep("request", 1, reply_of(512 * 1024));
  BOOST_TEST(cache.find("request", 1) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_reply_of_another_state_is_forgotten) {
  reply_cache cache(1024 * 1024);
  cache.keep("request", 1, reply_of(10));
  BOOST_TEST(cache.find("request", 2) == nullptr);
  BOOST_TEST(cache.find("request", 1) == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::http
