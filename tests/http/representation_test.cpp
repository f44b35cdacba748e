#include "http/representation.hpp"
#include "tests/http/fake_services.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

namespace troupe::http {

namespace {

reply json_of_size(std::size_t size) {
  return {200, "application/json; charset=utf-8", {}, '"' + std::string(size - 2, 'a') + '"'};
}

request_head asking(std::string name, std::string value) {
  return test::head_for(verb::get, "/a", {{std::move(name), std::move(value)}});
}

} // namespace

BOOST_AUTO_TEST_SUITE(representation_)

BOOST_AUTO_TEST_CASE(xml_is_for_those_who_prefer_it) {
  for (const auto* accept : {"application/xml", "application/xml, */*;q=0.1", "application/json;q=0.5, application/xml",
                             "application/xml,application/json", " application/xml ; q=1"})
    BOOST_TEST(prefers_xml(accept), accept);
  for (const auto* accept :
       {"", "*/*", "application/*", "application/json", "application/json, application/xml", "application/xml;q=0",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/xml", "application/xmlx", ",;q=,"})
    BOOST_TEST(!prefers_xml(accept), accept);
}

BOOST_AUTO_TEST_CASE(the_coding_is_the_one_with_the_most_weight) {
  using enum content_coding;
  const std::vector<std::pair<const char*, content_coding>> table{
    {"gzip", gzip},
    {"deflate", deflate},
    {"deflate, gzip", gzip},
    {"x-gzip", gzip},
    {"*", gzip},
    {"gzip;q=0, *", deflate},
    {"gzip;q=0.5,deflate", deflate},
    {"gzip; q=0.001", gzip},
    {"", identity},
    {"identity", identity},
    {"br", identity},
    {"gzip;q=0", identity},
    {"gzip;q=0.000", identity},
    {"*;q=0", identity},
    {"gzipped", identity},
    {"gzip;q=x", gzip},
  };
  for (const auto& [header, coding] : table)
    BOOST_TEST((preferred_coding(header) == coding), header);
}

BOOST_AUTO_TEST_CASE(only_large_good_texts_without_a_tag_are_compressed_and_only_if_that_is_wanted) {
  const auto head = asking("accept-encoding", "gzip");
  BOOST_TEST((wanted(head, json_of_size(1024), true).coding == content_coding::gzip));
  BOOST_TEST(wanted(head, json_of_size(1023), true).is_plain());
  BOOST_TEST(wanted(head, json_of_size(1024), false).is_plain());
  auto bad = json_of_size(2000);
  bad.status = 404;
  BOOST_TEST(wanted(head, bad, true).is_plain());
  auto tagged = json_of_size(2000);
  tagged.headers.emplace_back("ETag", "\"x\"");
  BOOST_TEST(wanted(head, tagged, true).is_plain());
  auto picture = json_of_size(2000);
  picture.content_type = "image/png";
  BOOST_TEST(wanted(head, picture, true).is_plain());
  BOOST_TEST(wanted(head, {200, "text/plain", {}, file_range{}}, true).is_plain());
}

BOOST_AUTO_TEST_CASE(a_reply_changes_its_type_with_its_form) {
  const auto given = represented({200, "application/json", {}, R"({"a": 1})"}, {true, content_coding::gzip});
  BOOST_TEST(given.content_type == "application/xml; charset=utf-8");
  BOOST_TEST(test::header_of(given, "Content-Encoding") == "gzip");
  BOOST_TEST(test::header_of(given, "Vary") == "Accept");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::http
