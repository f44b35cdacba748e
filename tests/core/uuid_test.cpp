#include "core/uuid.hpp"
#include "tests/core/manual_clock.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <set>
#include <thread>
#include <vector>

namespace troupe {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view some = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"; // RFC 9562 A.6

std::uint64_t milliseconds_of(const job_id& id) {
  const auto bytes = parse_uuid(id.text).value();
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 6; ++i)
    value = value << 8 | bytes[i];
  return value;
}

} // namespace

BOOST_AUTO_TEST_SUITE(uuid)

BOOST_AUTO_TEST_CASE(a_text_becomes_bytes_and_the_same_text_again) {
  const auto bytes = parse_uuid(some);
  BOOST_REQUIRE(bytes.has_value());
  BOOST_TEST(bytes->front() == 0x01);
  BOOST_TEST((*bytes)[6] == 0x7C);
  BOOST_TEST(bytes->back() == 0x8F);
  BOOST_TEST(uuid_text(*bytes) == some);
}

BOOST_AUTO_TEST_CASE(random_bytes_survive_being_text) {
  std::mt19937 random(42);
  for (int i = 0; i < 1000; ++i) {
    uuid_bytes bytes{};
    std::ranges::generate(bytes, [&] { return static_cast<std::uint8_t>(random()); });
    BOOST_TEST((parse_uuid(uuid_text(bytes)) == bytes));
  }
}

BOOST_AUTO_TEST_CASE(every_other_text_is_refused) {
  for (const auto* text : {"", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "017f22e279b07cc398c4dc0c0c07398f",
                           "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398fa",
                           "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
                           "017f22e2079b0-7cc3-98c4-dc0c0c07398f", "017f22e-279b0-7cc3-98c4-dc0c0c07398f"})
    BOOST_TEST(!parse_uuid(text).has_value(), text);
  for (std::size_t i = 0; i < some.size(); ++i) {
    std::string broken(some);
    broken[i] = '/';
    BOOST_TEST(!parse_uuid(broken).has_value(), broken);
  }
}

BOOST_AUTO_TEST_CASE(random_uuids_are_of_version_4_and_differ) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto text = random_uuid();
    const auto bytes = parse_uuid(text);
    BOOST_REQUIRE(bytes.has_value());
    BOOST_TEST((*bytes)[6] >> 4 == 4);
    BOOST_TEST((*bytes)[8] >> 6 == 2);
    BOOST_TEST(seen.insert(text).second);
  }
}

BOOST_AUTO_TEST_CASE(a_job_is_named_by_the_time_of_its_submission) {
  const manual_clock time(0x017F22E279B0ms);
  uuid_v7_source source(time);
  const auto id = source.next();
  const auto bytes = parse_uuid(id.text);
  BOOST_REQUIRE(bytes.has_value());
  BOOST_TEST(milliseconds_of(id) == 0x017F22E279B0U);
  BOOST_TEST((*bytes)[6] >> 4 == 7);
  BOOST_TEST((*bytes)[8] >> 6 == 2);
}

BOOST_AUTO_TEST_CASE(names_within_a_millisecond_count_upwards) {
  const manual_clock time(1'600'000'000'000ms);
  uuid_v7_source source(time);
  auto last = source.next();
  for (int i = 0; i < 20'000; ++i) {
    auto id = source.next();
    BOOST_REQUIRE(last < id);
    BOOST_REQUIRE(milliseconds_of(id) == 1'600'000'000'000U);
    last = std::move(id);
  }
}

BOOST_AUTO_TEST_CASE(names_keep_rising_whatever_the_clock_does) {
  std::mt19937 random(1);
  manual_clock time(1'600'000'000'000ms);
  uuid_v7_source source(time);
  auto last = source.next();
  for (int i = 0; i < 5000; ++i) {
    time.advance(microseconds(static_cast<std::int64_t>(random() % 20'000'000) - 10'000'000));
    auto id = source.next();
    BOOST_REQUIRE(last < id);
    BOOST_REQUIRE(parse_uuid(id.text).value()[6] >> 4 == 7);
    last = std::move(id);
  }
}

BOOST_AUTO_TEST_CASE(a_time_before_1970_or_after_48_bits_of_milliseconds_is_survived) {
  manual_clock time(-5ms);
  uuid_v7_source source(time);
  const auto first = source.next();
  BOOST_TEST(milliseconds_of(first) == 0U);
  time.set(microseconds::max());
  BOOST_TEST((first < source.next()));
}

BOOST_AUTO_TEST_CASE(threads_never_get_the_same_name) {
  uuid_v7_source source(system_clock());
  std::vector<std::vector<job_id>> made(4);
  std::vector<std::thread> threads;
  for (auto& mine : made)
    threads.emplace_back([&source, &mine] {
      for (int i = 0; i < 5000; ++i)
        mine.push_back(source.next());
    });
  for (auto& thread : threads)
    thread.join();
  std::set<job_id> all;
  for (const auto& mine : made) {
    BOOST_TEST(std::ranges::is_sorted(mine));
    all.insert(mine.begin(), mine.end());
  }
  BOOST_TEST(all.size() == 20'000U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
