#include <troupe/error.hpp>

#include "core/log.hpp"

#include <boost/assert.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <unistd.h>
#include <vector>

namespace troupe {

namespace {

/// Whether a text is `shape` with every `#` of it a digit.
bool has_shape(std::string_view text, std::string_view shape) {
  return std::ranges::equal(text, shape,
                            [](char c, char like) { return like == '#' ? c >= '0' && c <= '9' : c == like; });
}

constexpr std::string_view time_shape = "####-##-##T##:##:##.######Z ";

// Taken before any test has started a log.
const bool warnings_at_first = logs(log_level::warning);
const bool infos_at_first = logs(log_level::info);

struct fixture {
  std::filesystem::path directory =
    std::filesystem::temp_directory_path() / ("troupe_log_test." + std::to_string(getpid()));
  std::string file = directory / "log.txt";

  fixture() { std::filesystem::create_directories(directory); }

  ~fixture() {
    start_log(log_level::warning);
    std::filesystem::remove_all(directory);
  }

  std::vector<std::string> lines() const {
    std::ifstream in(file, std::ios::binary);
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);)
      all.push_back(line);
    return all;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(log_, fixture)

BOOST_AUTO_TEST_CASE(warnings_are_written_before_the_log_was_started) {
  BOOST_TEST(warnings_at_first);
  BOOST_TEST(!infos_at_first);
}

BOOST_AUTO_TEST_CASE(a_line_is_time_level_component_text) {
  start_log(log_level::info, file);
  log(log_level::info, "store", "opened {} %s");
  BOOST_REQUIRE(lines().size() == 1U);
  BOOST_TEST(has_shape(lines()[0], std::string(time_shape) + "info store opened {} %s"), lines()[0]);
}

BOOST_AUTO_TEST_CASE(lines_below_the_least_level_are_not_written) {
  start_log(log_level::warning, file);
  BOOST_TEST(!logs(log_level::info));
  BOOST_TEST(logs(log_level::warning));
  BOOST_TEST(logs(log_level::error));
  log(log_level::info, "a", "not me");
  log(log_level::error, "b", "but me");
  BOOST_REQUIRE(lines().size() == 1U);
  BOOST_TEST(lines()[0].ends_with("error b but me"));
}

BOOST_AUTO_TEST_CASE(control_characters_cannot_make_a_second_line) {
  start_log(log_level::info, file);
  log(log_level::info, "a\nb", std::string_view("1\n2\r3\x1b[31m\x7f\0 \xc3\xa9", 15));
  BOOST_REQUIRE(lines().size() == 1U);
  BOOST_TEST(lines()[0].ends_with("info a\\nb 1\\n2\\x0d3\\x1b[31m\\x7f\\x00 \xc3\xa9"));
}

BOOST_AUTO_TEST_CASE(a_file_is_appended_to) {
  start_log(log_level::info, file);
  log(log_level::info, "a", "first");
  start_log(log_level::info, file);
  log(log_level::info, "a", "second");
  BOOST_TEST(lines().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_opened_is_a_failure_and_the_old_log_stays) {
  start_log(log_level::info, file);
  BOOST_CHECK_EXCEPTION(start_log(log_level::info, "/dev/null/log"), failure,
                        [](const failure& f) { return f.why().code() == error_code::cannot_write_file; });
  log(log_level::info, "a", "still here");
  BOOST_TEST(lines().size() == 1U);
}

BOOST_AUTO_TEST_CASE(nothing_is_written_after_the_log_was_stopped) {
  start_log(log_level::info, file);
  stop_log();
  BOOST_TEST(!logs(log_level::error));
  log(log_level::error, "a", "lost");
  BOOST_TEST(lines().empty());
}

BOOST_AUTO_TEST_CASE(lines_of_many_threads_do_not_mix) {
  start_log(log_level::error, file);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t] {
      for (int i = 0; i < 10; ++i)
        log(log_level::error, "thread", std::string(100, static_cast<char>('a' + t)));
    });
  for (auto& thread : threads)
    thread.join();
  BOOST_TEST(lines().size() == 40U);
  for (const auto& line : lines())
    BOOST_TEST(has_shape(line, std::string(time_shape) + "error thread " + std::string(100, line.back())), line);
}

BOOST_AUTO_TEST_CASE(a_failed_assertion_of_boost_is_logged_with_its_place_and_survived) {
  start_log(log_level::error, file);
  const int size = 3;
  BOOST_ASSERT(size == 4);
  BOOST_ASSERT_MSG(size > 5, "too small");
  const auto found = lines();
  BOOST_REQUIRE(found.size() == 2U);
  BOOST_TEST(found[0].find("error boost assertion failed: size == 4 in ") != std::string::npos);
  BOOST_TEST(found[0].find("log_test.cpp:") != std::string::npos);
  BOOST_TEST(found[1].find("assertion failed: size > 5 (too small) in ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(each_part_has_a_level_of_its_own) {
  start_log(log_level::info, file);
  set_log_level(log_category::http, log_level::trace);
  set_log_level(log_category::jobs, log_level::error);
  BOOST_TEST((least_logged(log_category::http) == log_level::trace));
  BOOST_TEST((least_logged(log_category::generic) == log_level::info));
  BOOST_TEST(logs(log_level::trace));
  log(log_level::trace, "http", "shown");
  log(log_level::debug, "server", "not shown");
  log(log_level::info, "server", "shown");
  log(log_level::warning, "jobs", "not shown");
  stop_log();
  const auto written = lines();
  BOOST_TEST(written.size() == 2U);
  for (const auto& line : written)
    BOOST_TEST(line.find(" shown") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
