#include "core/json_text.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <random>

namespace troupe {

namespace {

using nlohmann::json;

json accept(std::string_view text) {
  auto value = parse_json_text(text);
  BOOST_REQUIRE_MESSAGE(value.has_value(), text);
  return *value;
}

error refuse(std::string_view text) {
  const auto value = parse_json_text(text);
  BOOST_REQUIRE_MESSAGE(!value, text);
  return value.error();
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

json random_value(std::mt19937& random, int depth) {
  switch (random() % (depth > 4 ? 5 : 7)) {
  case 0:
    return nullptr;
  case 1:
    return random() % 2 == 0;
  case 2:
    return static_cast<std::int64_t>(random()) - (1LL << 31);
  case 3:
    return static_cast<double>(random()) / 7;
  case 4:
    return std::string(random() % 5, static_cast<char>(random() % 127 + 1));
  case 5: {
    auto array = json::array();
    for (auto n = random() % 4; n > 0; --n)
      array.push_back(random_value(random, depth + 1));
    return array;
  }
  default: {
    auto object = json::object();
    for (auto n = random() % 4; n > 0; --n)
      object[std::to_string(random() % 100)] = random_value(random, depth + 1);
    return object;
  }
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(json_text)

BOOST_AUTO_TEST_CASE(values_are_shown_with_three_blanks_and_a_line_feed) {
  BOOST_TEST(pretty(json{{"b", {1, 2}}, {"a", "x"}})
             == "{\n   \"a\": \"x\",\n   \"b\": [\n      1,\n      2\n   ]\n}\n");
  BOOST_TEST(pretty(json::object()) == "{}\n");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf_8_are_replaced) {
  BOOST_TEST(pretty(json("a\xFFz\xC3\xA9")) == "\"a\xEF\xBF\xBDz\xC3\xA9\"\n");
}

BOOST_AUTO_TEST_CASE(every_kind_of_value_is_read) {
  BOOST_TEST(accept(" null ") == json(nullptr));
  BOOST_TEST(accept("true") == json(true));
  BOOST_TEST(accept("-5") == json(-5));
  BOOST_TEST(accept("18446744073709551615") == json(18'446'744'073'709'551'615U));
  BOOST_TEST(accept("1.5e3") == json(1500.0));
  BOOST_TEST(accept(R"("a\u00e9")") == json("a\xC3\xA9"));
  BOOST_TEST(accept(R"([1,[],{"a":{"b":[null]}},"x"])")
             == json::array({1, json::array(), {{"a", {{"b", json::array({nullptr})}}}}, "x"}));
}

BOOST_AUTO_TEST_CASE(random_values_survive_being_text) {
  std::mt19937 random(2020);
  for (int i = 0; i < 2000; ++i) {
    const auto value = random_value(random, 0);
    BOOST_TEST(accept(pretty(value)) == value);
  }
}

BOOST_AUTO_TEST_CASE(the_last_of_two_equal_keys_counts) {
  BOOST_TEST(accept(R"({"a": [1, 2], "b": 3, "a": {"c": 4}})") == json({{"a", {{"c", 4}}}, {"b", 3}}));
}

BOOST_AUTO_TEST_CASE(an_error_has_its_byte_offset_and_nothing_of_the_content) {
  BOOST_TEST((refuse("{\"secret\": secret}") == error(error_code::bad_json, "JSON syntax error at byte 11")));
  BOOST_TEST((refuse("") == error(error_code::bad_json, "JSON syntax error at byte 0")));
  BOOST_TEST((refuse("[1, 2") == error(error_code::bad_json, "JSON syntax error at byte 5")));
  BOOST_TEST((refuse("1 2") == error(error_code::bad_json, "JSON syntax error at byte 2")));
  BOOST_TEST((refuse("\"\xFF\"") == error(error_code::bad_json, "JSON syntax error at byte 1")));
  BOOST_TEST((refuse("[1e999]").code() == error_code::bad_json));
  BOOST_TEST(refuse("[1e999]").details().starts_with("a number is too large at byte "));
}

BOOST_AUTO_TEST_CASE(what_is_not_json_is_refused) {
  for (const auto* text :
       {"[1,]", "{\"a\":1,}", "{a:1}", "'a'", "NaN", "01", "[", "{\"a\"}", "\"\n\"", "tru", "-", "\"\\ud800\""})
    BOOST_TEST((refuse(text).code() == error_code::bad_json), text);
}

BOOST_AUTO_TEST_CASE(nesting_is_accepted_up_to_the_limit) {
  BOOST_TEST(accept(nested(64)).is_array());
  BOOST_TEST((refuse(nested(65)) == error(error_code::bad_json, "nested deeper than 64 levels at byte 64")));
  BOOST_TEST(parse_json_text(nested(3), 3).has_value());
  BOOST_TEST(!parse_json_text(nested(4), 3).has_value());
  BOOST_TEST(parse_json_text(R"([[],[],{"a":[]},[[]]])", 3).has_value());
}

BOOST_AUTO_TEST_CASE(a_million_levels_are_refused_at_the_limit) {
  BOOST_TEST((refuse(nested(1'000'000)).code() == error_code::bad_json));
  std::string objects;
  for (int i = 0; i < 100'000; ++i)
    objects += "{\"a\":";
  BOOST_TEST((refuse(objects).code() == error_code::bad_json));
}

BOOST_AUTO_TEST_CASE(no_truncated_or_changed_text_is_read_wrongly) {
  const std::string text = R"({"a": [1, -2.5, true, null, "x\u00e9\n"], "b": {"c": {}}})";
  const auto value = accept(text);
  for (std::size_t size = 0; size < text.size(); ++size)
    BOOST_TEST(!parse_json_text(text.substr(0, size)).has_value());
  std::mt19937 random(3);
  for (int i = 0; i < 5000; ++i) {
    auto changed = text;
    changed[random() % changed.size()] = static_cast<char>(random());
    const auto ours = parse_json_text(changed);
    const auto theirs = json::parse(changed, nullptr, false);
    BOOST_TEST(ours.has_value() == !theirs.is_discarded());
    if (ours && !theirs.is_discarded())
      BOOST_TEST(*ours == theirs);
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
