#include "app/command_line.hpp"

#include <boost/test/unit_test.hpp>

namespace troupe::app {

namespace {

using arguments = std::vector<const char*>;

std::variant<command_line, command_line_end> parse(arguments given) {
  given.insert(given.begin(), "troupe-server");
  return parse_command_line(static_cast<int>(given.size()), given.data());
}

command_line accept(const arguments& given) {
  const auto parsed = parse(given);
  BOOST_REQUIRE(parsed.index() == 0U);
  return std::get<command_line>(parsed);
}

command_line_end ended(const arguments& given) {
  const auto parsed = parse(given);
  BOOST_REQUIRE(parsed.index() == 1U);
  return std::get<command_line_end>(parsed);
}

} // namespace

BOOST_AUTO_TEST_SUITE(command_line_)

BOOST_AUTO_TEST_CASE(no_argument_asks_for_nothing_special) {
  const auto line = accept({});
  BOOST_TEST(line.configurations.empty());
  BOOST_TEST(!line.verbose);
  BOOST_TEST(!line.trace);
  BOOST_TEST(!line.no_jobs);
  BOOST_TEST(!line.check_configuration);
  BOOST_TEST(!line.print_configuration);
  BOOST_TEST(!line.log_file.has_value());
  BOOST_TEST(!line.log_directory.has_value());
  BOOST_TEST(!line.sample_configuration.has_value());
  BOOST_TEST(!line.describe.has_value());
}

BOOST_AUTO_TEST_CASE(configurations_keep_their_order_whatever_stands_between) {
  const auto line = accept({"b.json", "--verbose", "a", "--logfile=x.log", "c.json"});
  BOOST_TEST((line.configurations == std::vector<std::filesystem::path>{"b.json", "a", "c.json"}));
  BOOST_TEST(line.verbose);
  BOOST_TEST((line.log_file == "x.log"));
}

BOOST_AUTO_TEST_CASE(the_arguments_of_orthanc_are_taken) {
  const auto line = accept({"--trace", "--logdir=/var/log", "--config=sample.json", "--no-jobs", "--upgrade",
                            "--openapi=api.json", "--cheatsheet=routes.csv"});
  BOOST_TEST(line.trace);
  BOOST_TEST(line.verbose);
  BOOST_TEST(line.no_jobs);
  BOOST_TEST((line.log_directory == "/var/log"));
  BOOST_TEST((line.sample_configuration == "sample.json"));
  BOOST_TEST((line.openapi == "api.json"));
  BOOST_TEST((line.cheatsheet == "routes.csv"));
  BOOST_TEST(line.configurations.empty());
}

BOOST_AUTO_TEST_CASE(our_own_arguments_are_taken) {
  const auto line = accept({"--check-config", "--print-config", "--describe", "states"});
  BOOST_TEST(line.check_configuration);
  BOOST_TEST(line.print_configuration);
  BOOST_TEST((line.describe == "states"));
  for (const auto* table : {"errors", "options", "metrics", "states", "routes"})
    BOOST_TEST((accept({"--describe", table}).describe == table));
}

BOOST_AUTO_TEST_CASE(the_version_ends_with_success) {
  const auto end = ended({"--version"});
  BOOST_TEST(end.exit_code == 0);
  BOOST_TEST(end.text.starts_with("Troupe 0."), end.text);
}

BOOST_AUTO_TEST_CASE(help_ends_with_success_and_names_the_arguments) {
  const auto end = ended({"--help"});
  BOOST_TEST(end.exit_code == 0);
  for (const auto* name : {"--verbose", "--logdir", "--config", "--describe", "--check-config"})
    BOOST_TEST(end.text.find(name) != std::string::npos, name);
}

BOOST_AUTO_TEST_CASE(a_usage_error_ends_with_2_and_names_the_argument) {
  for (const auto& [given, named] :
       {std::pair{arguments{"--verbos"}, "--verbos"}, std::pair{arguments{"--describe", "tables"}, "tables"},
        std::pair{arguments{"--describe"}, "--describe"}, std::pair{arguments{"--logfile"}, "--logfile"},
        std::pair{arguments{"--logfile=a", "--logdir=b"}, "--logdir"}}) {
    const auto end = ended(given);
    BOOST_TEST(end.exit_code == 2);
    BOOST_TEST(end.text.find(named) != std::string::npos, end.text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::app
