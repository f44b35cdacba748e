#include "http/wire/target.hpp"

#include <boost/test/unit_test.hpp>

namespace troupe::http {

using strings = std::vector<std::string>;

BOOST_AUTO_TEST_SUITE(target)

BOOST_AUTO_TEST_CASE(empty_segments_are_dropped) {
  for (const auto* text : {"/studies", "/studies/", "//studies//", "/studies?"})
    BOOST_TEST(split_target(text)->path == strings{"studies"}, boost::test_tools::per_element());
  BOOST_TEST(split_target("/")->path.empty());
}

BOOST_AUTO_TEST_CASE(an_escaped_slash_stays_in_its_segment) {
  const strings expected{"a/b", "c"};
  BOOST_TEST(split_target("/a%2Fb/c")->path == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_query_has_flags_values_and_blanks) {
  const auto query = split_target("/x?expand&limit=10&name=a+b%26c&&empty=").value().query;
  BOOST_REQUIRE_EQUAL(query.size(), 4u);
  BOOST_TEST((query[0] == std::pair<std::string, std::string>("expand", "")));
  BOOST_TEST((query[1] == std::pair<std::string, std::string>("limit", "10")));
  BOOST_TEST((query[2] == std::pair<std::string, std::string>("name", "a b&c")));
  BOOST_TEST((query[3] == std::pair<std::string, std::string>("empty", "")));
}

BOOST_AUTO_TEST_CASE(a_plus_in_the_path_is_a_plus) {
  BOOST_TEST(split_target("/a+b")->path.front() == "a+b");
}

BOOST_AUTO_TEST_CASE(an_escape_at_the_very_end_is_read) {
  BOOST_TEST(split_target("/a%41")->path.front() == "aA");
  BOOST_TEST(split_target("/?q=%41")->query.front().second == "A");
}

BOOST_AUTO_TEST_CASE(what_could_be_read_in_two_ways_is_refused) {
  for (const auto* text :
       {"",        "x",          "http://a/",     "*",        "/%",        "/%4", "/%4g", "/%00",  "/%ff",
        "/%c0%af", "/%ed%a0%80", "/%f4%90%80%80", "/..",      "/a/%2E%2e", "/.",  "/a b", "/a\tb", "/a#b",
        "/a?b#c",  "/a?%00",     "/a?b=%ff",      "/\xc3\xa4"})
    BOOST_TEST((split_target(text).has_error() && split_target(text).error().code() == error_code::uri_syntax), text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::http
