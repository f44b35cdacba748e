#include "core/time_text.hpp"

#include <boost/test/unit_test.hpp>

#include <ctime>
#include <random>

namespace troupe {

namespace {

using namespace std::chrono_literals;

time_point at(std::chrono::sys_days day, microseconds time) {
  return time_point(day) + time;
}

} // namespace

BOOST_AUTO_TEST_SUITE(time_text)

BOOST_AUTO_TEST_CASE(a_time_has_two_shapes) {
  const auto time = at(2020y / 4 / 5, 12h + 34min + 56s + 789us);
  BOOST_TEST(seconds_text(time) == "20200405T123456");
  BOOST_TEST(microseconds_text(time) == "20200405T123456.000789");
}

BOOST_AUTO_TEST_CASE(a_fraction_of_zero_has_six_digits_too) {
  BOOST_TEST(microseconds_text(time_point{}) == "19700101T000000.000000");
}

BOOST_AUTO_TEST_CASE(fractions_are_dropped_not_rounded) {
  BOOST_TEST(seconds_text(at(2019y / 12 / 31, 24h - 1us)) == "20191231T235959");
  BOOST_TEST(microseconds_text(at(2019y / 12 / 31, 24h - 1us)) == "20191231T235959.999999");
}

BOOST_AUTO_TEST_CASE(times_before_1970_count_forwards_too) {
  BOOST_TEST(microseconds_text(time_point(-1us)) == "19691231T235959.999999");
}

BOOST_AUTO_TEST_CASE(leap_days_are_days) {
  BOOST_TEST(seconds_text(at(2024y / 2 / 29, 0s)) == "20240229T000000");
  BOOST_TEST(seconds_text(at(2100y / 2 / 28, 24h)) == "21000301T000000");
}

BOOST_AUTO_TEST_CASE(years_that_four_digits_cannot_say_are_shown_as_the_nearest) {
  BOOST_TEST(microseconds_text(time_point::min()) == "00000101T000000.000000");
  BOOST_TEST(microseconds_text(time_point::max()) == "99991231T235959.999999");
}

BOOST_AUTO_TEST_CASE(random_times_are_those_of_the_c_library) {
  std::mt19937_64 random(99);
  for (int i = 0; i < 5000; ++i) {
    const auto seconds = static_cast<std::time_t>(random() % 4'000'000'000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    BOOST_REQUIRE(std::strftime(text, sizeof text, "%Y%m%dT%H%M%S", &parts) > 0);
    BOOST_TEST(seconds_text(time_point(std::chrono::seconds(seconds))) == text);
  }
}

BOOST_AUTO_TEST_CASE(what_was_shown_is_read_back) {
  std::mt19937_64 random(5); // NOLINT: the same numbers every time
  std::uniform_int_distribution<std::int64_t> times(-60'000'000'000'000'000, 250'000'000'000'000'000);
  for (int i = 0; i < 1000; ++i) {
    const time_point time{microseconds(times(random))};
    BOOST_TEST((parse_time(microseconds_text(time)) == time), microseconds_text(time));
  }
}

BOOST_AUTO_TEST_CASE(a_moment_has_many_shapes) {
  const auto time = at(2026y / 1 / 31, 12h);
  for (const auto* text : {"2026-01-31T12:00:00Z", "2026-01-31T12:00:00", "20260131T120000", "20260131T120000.000000",
                           "2026-01-31T14:00:00+02:00", "2026-01-31T14:00:00+0200", "2026-01-30T23:30:00.000-12:30",
                           "2026-01-31T12:00:00.0000009Z"})
    BOOST_TEST((parse_time(text) == time), text);
  BOOST_TEST((parse_time("2026-01-31T12:00:00.5Z") == time + 500ms));
  BOOST_TEST((parse_time("2026-01-31") == at(2026y / 1 / 31, 0h)));
}

BOOST_AUTO_TEST_CASE(what_is_no_moment_is_refused) {
  for (const auto* text :
       {"", "now", "2026", "2026-02-29", "2026-13-01", "2026-01-31T", "2026-01-31T24:00:00", "2026-01-31T12:60:00",
        "2026-01-31T12:00:61", "2026-01-31T12:00:00.", "2026-01-31T12:00:00Zx", "2026-01-31 12:00:00",
        "2026-01-31T12:00", "20260131T12:00:00", "2026-01-31T12:00:00+2", "-026-01-31"})
    BOOST_TEST(!parse_time(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
