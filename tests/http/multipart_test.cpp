#include "http/multipart.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <vector>

namespace troupe::http {

namespace {

using found_parts = std::vector<body_part>;

/// All parts, or those before the error.
found_parts read_all(std::string_view body, std::string_view boundary, bool& whole) {
  multipart_reader reader(body, boundary);
  found_parts parts;
  for (;;) {
    auto part = reader.next();
    whole = part.has_value();
    if (!whole || !*part)
      return parts;
    parts.push_back(**part);
  }
}

std::vector<std::string> contents(const found_parts& parts) {
  std::vector<std::string> all;
  for (const auto& part : parts)
    all.emplace_back(part.content);
  return all;
}

const std::string three =
  "--b\r\nA: 1\r\n\r\none\r\n--b\r\n\r\n\r\n--b \t\r\nx-y:  z \r\nB:\r\n\r\n\r\n--a\r\n--b--\r\n";

} // namespace

BOOST_AUTO_TEST_SUITE(multipart_)

BOOST_AUTO_TEST_CASE(parts_are_found_with_headers_and_content) {
  bool whole = false;
  const auto parts = read_all(three, "b", whole);
  BOOST_TEST(whole);
  BOOST_TEST(contents(parts) == (std::vector<std::string>{"one", "", "\r\n--a"}), boost::test_tools::per_element());
  BOOST_TEST(parts[0].header("a").value() == "1");
  BOOST_TEST(parts[1].headers.empty());
  BOOST_TEST(parts[2].header("x-y").value() == "z");
  BOOST_TEST(parts[2].header("b").value().empty());
}

BOOST_AUTO_TEST_CASE(a_body_cut_anywhere_gives_the_parts_before_the_cut_and_an_error) {
  bool whole = false;
  const auto all = contents(read_all(three, "b", whole));
  for (std::size_t size = 0; size < three.size(); ++size) {
    const auto found = contents(read_all(std::string_view(three).substr(0, size), "b", whole));
    BOOST_TEST(whole == (size >= three.size() - 2), "cut at " << size);
    BOOST_TEST_REQUIRE(found.size() <= all.size());
    BOOST_TEST(std::equal(found.begin(), found.end(), all.begin()));
  }
}

BOOST_AUTO_TEST_CASE(what_comes_before_the_first_and_after_the_last_boundary_is_passed_over) {
  bool whole = false;
  for (const auto* before : {"", "\r\n", "preamble\r\n", "-b\r\n"})
    BOOST_TEST(contents(read_all(before + three + "more\r\n--b\r\n", "b", whole)).size() == 3U);
  BOOST_TEST(whole);
}

BOOST_AUTO_TEST_CASE(whatever_bytes_are_put_into_parts_come_back) {
  std::mt19937 chance(11);
  const std::string alphabet = "\r\n-bc";
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::string> sent(chance() % 4);
    std::string body;
    for (auto& content : sent) {
      for (auto left = chance() % 12; left > 0; --left)
        content += alphabet[chance() % alphabet.size()];
      if (("\r\n" + content).find("\r\n--bnd") != std::string::npos)
        content.clear();
      body += "--bnd\r\nA: b\r\n\r\n" + content + "\r\n";
    }
    bool whole = false;
    BOOST_TEST_REQUIRE(contents(read_all(body + "--bnd--", "bnd", whole)) == sent, boost::test_tools::per_element());
    BOOST_TEST(whole);
  }
}

BOOST_AUTO_TEST_CASE(what_is_malformed_is_refused) {
  const std::string long_header = "--b\r\nA: " + std::string(multipart_reader::max_header_bytes, 'x');
  for (const auto& body : {std::string(), std::string("--c--"), std::string("--b"), std::string("--b\r\n"),
                           std::string("--bc\r\n\r\n\r\n--b--"), std::string("--b\r\nno colon\r\n\r\n\r\n--b--"),
                           std::string("--b\r\n: x\r\n\r\n\r\n--b--"), long_header + "\r\n\r\n\r\n--b--"}) {
    bool whole = true;
    BOOST_TEST(read_all(body, "b", whole).empty());
    BOOST_TEST(!whole, body.substr(0, 40));
  }
  for (const auto& boundary : {std::string(), std::string(71, 'b'), std::string("a\r\nb")}) {
    bool whole = true;
    read_all("--" + boundary + "--", boundary, whole);
    BOOST_TEST(!whole);
  }
}

BOOST_AUTO_TEST_CASE(media_types_are_read) {
  const auto form = parse_media_type("Multipart/Form-Data ; Boundary=\"a; b\\\"c\" ;charset = utf-8;x");
  BOOST_TEST(form.name == "multipart/form-data");
  BOOST_TEST(form.parameter("boundary").value() == "a; b\"c");
  BOOST_TEST(form.parameter("charset").value() == "utf-8");
  BOOST_TEST(!form.parameter("x").has_value());
  BOOST_TEST(parse_media_type("form-data; filename=\"C:\\dir\\a.dcm\"").parameter("filename").value()
             == "C:\\dir\\a.dcm");
  for (const auto* text : {"", ";", ";;", "a;b=\"", "a;=b", "a;b", "a;b=\"c\"d;e=f", "\"", "a=b"})
    parse_media_type(text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::http
