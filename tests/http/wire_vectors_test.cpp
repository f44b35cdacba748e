#include "tests/http/head_vectors.hpp"
#include "tests/http/wire_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <thread>

BOOST_TEST_DONT_PRINT_LOG_VALUE(troupe::http::test::head_vector)

namespace troupe::http::test {

struct vectors_fixture : wire_fixture {
  vectors_fixture() {
    settings.request_timeout = std::chrono::seconds(5);
    running();
  }

  /// What a fresh client gets until the server closes.
  template <class Write>
  void check(const head_vector& vector, std::string_view how, Write write) {
    client peer(running());
    write(peer);
    peer.end_writing();
    const std::string all = peer.read_all();
    BOOST_TEST_CONTEXT(vector.name << ", " << how) {
      BOOST_TEST(status_of(all) == vector.status);
      BOOST_TEST(count_of(all, "HTTP/1.1 ") == 1u);
      if (vector.status != 200)
        BOOST_TEST(count_of(all, "Connection: close\r\n") == 1u);
    }
  }
};

BOOST_FIXTURE_TEST_SUITE(wire_vectors, vectors_fixture)

BOOST_AUTO_TEST_CASE(every_request_has_its_verdict_in_one_write) {
  for (const auto& each : head_vectors)
    check(each, "one write", [&](client& peer) { peer.write(each.request); });
}

BOOST_AUTO_TEST_CASE(every_request_has_its_verdict_byte_by_byte) {
  for (const auto& each : head_vectors)
    check(each, "byte by byte", [&](client& peer) { peer.write_slowly(each.request); });
}

BOOST_AUTO_TEST_CASE(every_request_has_its_verdict_split_anywhere) {
  for (const auto& each : head_vectors)
    for (std::size_t at = 1; at < each.request.size(); ++at)
      check(each, "split at " + std::to_string(at), [&](client& peer) {
        peer.write(each.request.substr(0, at));
        std::this_thread::yield();
        peer.write(each.request.substr(at));
      });
}

BOOST_AUTO_TEST_CASE(a_refused_head_reaches_no_handler) {
  for (const auto& each : head_vectors)
    if (each.status != 200) {
      client peer(running());
      peer.write(each.request);
      peer.end_writing();
      peer.read_all();
    }
  BOOST_TEST(sink.taken == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::http::test
