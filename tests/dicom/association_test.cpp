#include "data_set_builder.hpp"
#include "dicom/association.hpp"
#include "peer.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>

BOOST_AUTO_TEST_SUITE(association_)

using namespace std::chrono_literals;
using namespace troupe;
using namespace troupe::dicom;
using test::peer;

namespace {

association_order to(std::uint16_t port, std::chrono::milliseconds patience = 30s) {
  return {.called_aet = "PEER", .host = "127.0.0.1", .port = port, .calling_aet = "ME", .patience = patience};
}

const stop_check never = [] { return false; };

const presentation small_image{"1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.1.2.1"};
const std::array wanted{small_image};

/// Runs `ask` on a thread, stops it once `reached` was fulfilled, and says how it ended. Fails if that takes a second.
template <class Ask>
network_answer stopped_in_the_middle(std::future<void> reached, Ask ask) {
  std::atomic<bool> stop{false};
  auto asked = std::async(std::launch::async, [&] { return ask([&stop] { return stop.load(); }); });
  reached.wait();
  stop = true;
  const bool in_time = asked.wait_for(1s) == std::future_status::ready;
  BOOST_TEST(in_time);
  return asked.get();
}

std::future<void> at_once() {
  std::promise<void> done;
  done.set_value();
  return done.get_future();
}

network_answer rejected_with(char result, char source, char reason) {
  peer there;
  std::jthread behave([&] {
    const auto line = there.accept();
    test::read_pdu(line);
    test::write_bytes(line, test::rejection(result, source, reason));
    test::read_bytes(line, 1);
  });
  association from(to(there.port()));
  return from.connect(wanted, never);
}

/// A small image (PS3.10) with pixels of that many bytes.
std::string image(std::size_t pixels) {
  const auto element = [](const std::string& tag, const std::string& vr, const std::string& value) {
    const auto little = [](std::size_t number, int bytes) {
      std::string text;
      for (int i = 0; i < bytes; ++i)
        text += static_cast<char>(number >> (8 * i) & 0xFF);
      return text;
    };
    return tag + vr + (vr == "OB" ? little(0, 2) + little(value.size(), 4) : little(value.size(), 2)) + value;
  };
  using namespace std::string_literals;
  const auto padded = [](std::string uid) { return uid.size() % 2 ? uid + '\0' : uid; };
  const auto meta = element("\2\0\2\0"s, "UI", padded(small_image.sop_class))
                    + element("\2\0\3\0"s, "UI", padded("1.2.3"))
                    + element("\2\0\x10\0"s, "UI", padded(small_image.transfer_syntax));
  const auto size = static_cast<char>(meta.size());
  return std::string(128, '\0') + "DICM" + element("\2\0\0\0"s, "UL", std::string{size, '\0', '\0', '\0'}) + meta
         + element("\x08\0\x16\0"s, "UI", padded(small_image.sop_class))
         + element("\x08\0\x18\0"s, "UI", padded("1.2.3")) + element("\xe0\x7f\x10\0"s, "OB", std::string(pixels, 'x'));
}

} // namespace

BOOST_AUTO_TEST_CASE(a_refused_connection_is_unreachable) {
  std::uint16_t port = 0;
  { port = peer().port(); }
  association from(to(port));
  const auto answer = from.connect(wanted, never);
  BOOST_TEST((answer.outcome == network_outcome::unreachable));
  BOOST_TEST((answer.condition == network_condition::refused));
  BOOST_TEST((answer.why.code() == error_code::network_protocol));
}

BOOST_AUTO_TEST_CASE(a_host_without_an_address_is_unreachable) {
  auto order = to(104);
  order.host = "no-such-host.invalid";
  association from(order);
  BOOST_TEST((from.connect(wanted, never).outcome == network_outcome::unreachable));
}

BOOST_AUTO_TEST_CASE(a_host_that_takes_no_connection_ends_in_a_time_out_or_at_a_stop) {
  peer full(0);
  std::vector<socket_handle> waiting; // fills the backlog, so that further connections get no answer
  for (int i = 0; i < 2; ++i)
    waiting.push_back(dial("127.0.0.1", full.port(), 200ms, never).connection);
  association patient(to(full.port(), 300ms));
  BOOST_TEST((patient.connect(wanted, never).condition == network_condition::connect_timeout));
  association from(to(full.port()));
  const auto answer =
    stopped_in_the_middle(at_once(), [&](const stop_check& stopped) { return from.connect(wanted, stopped); });
  BOOST_TEST((answer.outcome == network_outcome::stopped));
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_negotiate_ends_in_a_time_out_or_at_a_stop) {
  peer silent;
  association patient(to(silent.port(), 300ms));
  const auto late = patient.connect(wanted, never);
  BOOST_TEST((late.outcome == network_outcome::unreachable));
  BOOST_TEST((late.condition == network_condition::negotiation_timeout));

  const auto first = silent.accept();
  std::promise<void> asked;
  std::jthread behave([&] {
    const auto line = silent.accept();
    test::read_pdu(line);
    asked.set_value();
    test::read_bytes(line, 1);
  });
  association from(to(silent.port()));
  const auto answer =
    stopped_in_the_middle(asked.get_future(), [&](const stop_check& stopped) { return from.connect(wanted, stopped); });
  BOOST_TEST((answer.outcome == network_outcome::stopped));
}

BOOST_AUTO_TEST_CASE(a_peer_that_hangs_in_the_middle_of_an_instance_is_left_at_a_stop) {
  for (const std::size_t pixels : {std::size_t{100}, std::size_t{50'000'000}}) {
    peer there;
    std::promise<void> sending;
    std::promise<void> over;
    std::jthread behave([&, done = over.get_future()] {
      const auto line = there.accept();
      test::write_bytes(line, test::acceptance_of(test::read_pdu(line)));
      test::read_pdu(line);
      sending.set_value();
      done.wait(); // reads nothing more, so that a large instance gets stuck
    });
    association from(to(there.port()));
    BOOST_TEST_REQUIRE(from.connect(wanted, never).good());
    const auto file = image(pixels);
    const auto answer = stopped_in_the_middle(sending.get_future(), [&](const stop_check& stopped) {
      return from.store({.file = std::as_bytes(std::span(file)), .as = small_image}, stopped);
    });
    BOOST_TEST((answer.outcome == network_outcome::stopped));
    BOOST_TEST(!from.connected());
    over.set_value();
  }
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_answer_an_echo_is_silent_or_lost) {
  for (const bool hangs_up : {false, true}) {
    peer there;
    std::promise<void> over;
    std::jthread behave([&, done = over.get_future()] {
      const auto line = there.accept();
      test::write_bytes(line, test::acceptance_of(test::read_pdu(line)));
      test::read_pdu(line);
      if (!hangs_up)
        done.wait();
    });
    const auto answer = echo_once(to(there.port(), 300ms), never);
    over.set_value();
    BOOST_TEST((answer.condition == (hangs_up ? network_condition::lost : network_condition::silent)));
    BOOST_TEST((answer.outcome == network_outcome::transient));
  }
}

BOOST_AUTO_TEST_CASE(rejections_pass_or_do_not) {
  const auto congested = rejected_with(2, 3, 1);
  BOOST_TEST((congested.outcome == network_outcome::transient));
  BOOST_TEST(congested.why.details().find("temporary congestion") != std::string::npos);
  const auto unknown = rejected_with(1, 1, 7);
  BOOST_TEST((unknown.outcome == network_outcome::permanent));
  BOOST_TEST(unknown.why.details().find("called AE title not recognized") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(statuses_have_classes) {
  using enum network_outcome;
  const std::pair<std::uint16_t, network_outcome> cases[] = {
    {0x0000, good},      {0xB007, good},      {0xA700, transient}, {0xA7FF, transient},
    {0x0122, permanent}, {0xA900, permanent}, {0xC123, permanent}, {0x0212, permanent}};
  for (const auto& [status, outcome] : cases)
    BOOST_TEST((describe_status(status).outcome == outcome), status);
}

BOOST_AUTO_TEST_SUITE_END()
