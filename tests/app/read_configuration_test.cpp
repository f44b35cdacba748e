#include <troupe/options.hpp>

#include "app/read_configuration.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <unistd.h>

namespace troupe::app {

namespace {

namespace fs = std::filesystem;

struct fixture {
  fs::path directory = fs::temp_directory_path() / ("troupe_configuration_test." + std::to_string(getpid()));

  fixture() { fs::create_directories(directory); }

  ~fixture() { fs::remove_all(directory); }

  fs::path write(const char* name, std::string_view text) const {
    std::ofstream(directory / name, std::ios::binary) << text;
    return directory / name;
  }

  error refuse(const std::vector<fs::path>& paths) const {
    const auto files = read_configuration_files(paths);
    BOOST_REQUIRE(!files);
    return files.error();
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(read_configuration_, fixture)

BOOST_AUTO_TEST_CASE(a_directory_stands_for_its_json_files_in_the_order_of_their_names) {
  write("b.json", "B");
  write("a.json", "A");
  write("c.txt", "C");
  write("json", "D");
  const auto files = read_configuration_files({directory}).value();
  BOOST_REQUIRE(files.size() == 2U);
  BOOST_TEST(files[0].name == (directory / "a.json").string());
  BOOST_TEST(files[0].text == "A");
  BOOST_TEST(files[1].text == "B");
}

BOOST_AUTO_TEST_CASE(paths_are_read_in_the_order_given_whatever_their_names) {
  const auto files = read_configuration_files({write("z.conf", "1"), write("a.json", "2")}).value();
  BOOST_REQUIRE(files.size() == 2U);
  BOOST_TEST(files[0].text == "1");
  BOOST_TEST(files[1].text == "2");
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_read_as_such) {
  const auto files = read_configuration_files({write("a.json", "")}).value();
  BOOST_REQUIRE(files.size() == 1U);
  BOOST_TEST(files[0].text.empty());
}

BOOST_AUTO_TEST_CASE(a_path_that_does_not_exist_is_refused_with_its_name) {
  const auto missing = directory / "missing.json";
  BOOST_TEST((refuse({missing}) == error(error_code::inexistent_file, missing.string() + ": does not exist")));
}

BOOST_AUTO_TEST_CASE(what_is_no_regular_file_is_refused) {
  BOOST_TEST((refuse({directory}).code() == error_code::regular_file_expected));
  BOOST_TEST((refuse({"/dev/zero"}).code() == error_code::regular_file_expected));
  fs::create_directory(directory / "a.json");
  BOOST_TEST((refuse({directory}).code() == error_code::regular_file_expected));
}

BOOST_AUTO_TEST_CASE(a_file_above_the_limit_is_refused) {
  const auto file = write("a.json", "");
  fs::resize_file(file, (16 << 20) + 1);
  BOOST_TEST((refuse({file}) == error(error_code::regular_file_expected, file.string() + ": is larger than 16 MiB")));
}

BOOST_AUTO_TEST_CASE(files_and_the_environment_of_the_process_set_options) {
  BOOST_REQUIRE(setenv("TROUPE__CONCURRENT_JOBS", "6", 1) == 0);
  BOOST_REQUIRE(setenv("TROUPE_TEST_PORT", "99", 1) == 0);
  options all;
  const auto warnings = read_configuration(all, {write("a.json", R"({"HttpPort": ${TROUPE_TEST_PORT}, "Colour": 1})")});
  unsetenv("TROUPE__CONCURRENT_JOBS");
  unsetenv("TROUPE_TEST_PORT");
  BOOST_REQUIRE(warnings.has_value());
  BOOST_REQUIRE(warnings->size() == 1U);
  BOOST_TEST(warnings->front() == (directory / "a.json").string() + ": Colour is no option, ignored");
  BOOST_TEST(all.http_port() == 99);
  BOOST_TEST(all.concurrent_jobs() == 6);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::app
