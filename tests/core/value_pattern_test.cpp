#include "core/folded_text.hpp"
#include "core/value_pattern.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>

namespace troupe::testing {

BOOST_AUTO_TEST_SUITE(value_patterns)

namespace {

value_pattern pattern(std::string_view text, matching_rules rules = {}) {
  auto made = value_pattern::parse(text, rules);
  BOOST_REQUIRE(made.has_value());
  return *std::move(made);
}

constexpr matching_rules dates{.wildcards = false, .ranges = true};

/// What `*` and `?` mean, said in the shortest way; takes time that grows exponentially.
bool naive(std::string_view pattern, std::string_view text) {
  if (pattern.empty())
    return text.empty();
  if (pattern[0] == '*')
    return naive(pattern.substr(1), text) || (!text.empty() && naive(pattern, text.substr(1)));
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) && naive(pattern.substr(1), text.substr(1));
}

std::string drawn(std::mt19937_64& random, std::string_view alphabet, std::size_t longest) {
  std::string text;
  for (auto left = random() % (longest + 1); left > 0; --left)
    text.push_back(alphabet[random() % alphabet.size()]);
  return text;
}

} // namespace

BOOST_AUTO_TEST_CASE(folding_takes_case_accents_and_padding_away) {
  BOOST_TEST(folded(" MÜLLER^Jörg ") == "muller^jorg");
  BOOST_TEST(folded("Müller") == folded("Mu\u0308ller"));
  BOOST_TEST(folded("Straße") == "strasse");
  BOOST_TEST(folded("ŁÓDŹ ÉÈÊ ñ") == "łodz eee n");
  BOOST_TEST(folded("Ελλάς") == folded("ΕΛΛΆΣ"));
  BOOST_TEST(folded("山田^太郎") == "山田^太郎");
  BOOST_TEST(folded(std::string_view("A\0B\0", 4)) == "ab");
  BOOST_TEST(folded("A\xff\xc3") == "a\xff\xc3");
  BOOST_TEST(folded("").empty());
}

BOOST_AUTO_TEST_CASE(folding_twice_changes_nothing) {
  std::mt19937_64 random(4711);
  for (int round = 0; round < 20000; ++round) {
    const auto text = drawn(random, "aAzZ \\*?\xc3\xa4\xc3\x96\xcc\x88\xe5\xb1\xff", 12);
    BOOST_REQUIRE(folded(folded(text)) == folded(text));
  }
}

BOOST_AUTO_TEST_CASE(wildcards_match_what_the_naive_reading_matches) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 200000; ++round) {
    const auto wanted = drawn(random, "ab*?", 8);
    const auto text = drawn(random, "ab", 8);
    BOOST_REQUIRE_MESSAGE(matches_wildcard(wanted, text) == naive(wanted, text), wanted + " on " + text);
  }
}

BOOST_AUTO_TEST_CASE(many_stars_cost_no_more_than_the_product_of_the_sizes) {
  std::string wanted;
  while (wanted.size() < 1000)
    wanted += "a*";
  const std::string text(200'000, 'a');
  BOOST_TEST(matches_wildcard(wanted, text));
  BOOST_TEST(!matches_wildcard(wanted + 'b', text));
}

BOOST_AUTO_TEST_CASE(a_question_mark_is_one_character_whatever_its_bytes) {
  BOOST_TEST(pattern("?田*").matches("山田^太郎"));
  BOOST_TEST(!pattern("?").matches("山田"));
  BOOST_TEST(pattern("??").matches("山田"));
}

BOOST_AUTO_TEST_CASE(nothing_asked_for_matches_everything) {
  for (const auto* text : {"", "  "})
    BOOST_TEST(pattern(text).universal());
  BOOST_TEST(pattern("-", dates).universal());
  BOOST_TEST(!pattern("*").universal());
  BOOST_TEST(pattern("*").matches(""));
  BOOST_TEST(!pattern("?*").matches(""));
}

BOOST_AUTO_TEST_CASE(one_of_several_values_is_enough_on_either_side) {
  BOOST_TEST(pattern("a\\b").matches("B"));
  BOOST_TEST(!pattern("a\\b").matches("c"));
  BOOST_TEST(pattern("b").matches("a\\ b\\c"));
  BOOST_TEST(!pattern("b").matches("a\\bc"));
  BOOST_TEST(pattern("a\\").matches(""));
  BOOST_TEST(pattern("x*\\b?").matches("a\\bc"));
}

BOOST_AUTO_TEST_CASE(case_and_accents_count_only_where_it_is_asked_for) {
  BOOST_TEST(pattern("muller*").matches("Müller^Jörg"));
  BOOST_TEST(pattern("MÜLLER*").matches("Muller^Jörg"));
  const matching_rules strict{.case_sensitive = true};
  BOOST_TEST(!pattern("müller*", strict).matches("Müller^Jörg"));
  BOOST_TEST(!pattern("Muller*", strict).matches("Müller^Jörg"));
  BOOST_TEST(pattern("Müller*", strict).matches(" Müller^Jörg "));
}

BOOST_AUTO_TEST_CASE(where_wildcards_mean_nothing_they_are_characters) {
  BOOST_TEST(!pattern("1.*", {.wildcards = false}).matches("1.2"));
  BOOST_TEST(pattern("1.*", {.wildcards = false}).matches("1.*"));
}

BOOST_AUTO_TEST_CASE(ranges_include_both_ends_and_what_an_end_leaves_open) {
  BOOST_TEST(pattern("20200101-20201231", dates).matches("20200101"));
  BOOST_TEST(pattern("20200101-20201231", dates).matches("20201231"));
  BOOST_TEST(!pattern("20200101-20201231", dates).matches("20210101"));
  BOOST_TEST(!pattern("20200101-20201231", dates).matches(""));
  BOOST_TEST(pattern("-20200101", dates).matches("19991231"));
  BOOST_TEST(pattern("20200101-", dates).matches("20991231"));
  BOOST_TEST(pattern("20200101-2021", dates).matches("20211231"));
  BOOST_TEST(pattern("10-10", dates).matches("105959.999"));
  BOOST_TEST(pattern("0930-", dates).matches("09"));
  BOOST_TEST(!pattern("20210101-20200101", dates).matches("20200601"));
  BOOST_TEST(pattern("20200101\\20210101-20210131", dates).matches("20210115"));
}

BOOST_AUTO_TEST_CASE(dates_and_times_of_older_standards_are_understood) {
  BOOST_TEST(pattern("20200101-20200131", dates).matches("2020.01.15"));
  BOOST_TEST(pattern("2020.01.15", dates).matches("20200115"));
  BOOST_TEST(pattern("2020.01.15", {.ranges = true, .case_sensitive = true}).matches("2020.01.15"));
  BOOST_TEST(pattern("10:00-11:00", dates).matches("103000"));
  BOOST_TEST(pattern("100000-110000", dates).matches("10:30:00.5"));
}

BOOST_AUTO_TEST_CASE(what_is_too_much_is_refused) {
  const auto refused = [](std::string_view text) {
    const auto made = value_pattern::parse(text, {});
    return made.has_error() && made.error().http_status() == 400;
  };
  BOOST_TEST(refused(std::string(value_pattern::most_bytes + 1, 'a')));
  BOOST_TEST(refused(std::string(value_pattern::most_alternatives, '\\')));
  BOOST_TEST(refused(std::string(value_pattern::most_wildcard_bytes + 1, '*')));
  BOOST_TEST(!refused(std::string(value_pattern::most_alternatives - 1, '\\')));
}

BOOST_AUTO_TEST_CASE(the_folded_value_matches_what_the_value_matches) {
  std::mt19937_64 random(99);
  for (int round = 0; round < 50000; ++round) {
    const auto wanted =
      pattern("x" + drawn(random, "aA*? -", 6), {.wildcards = random() % 2 == 0, .ranges = random() % 2 == 0});
    const auto value = "x" + drawn(random, "aA -", 6);
    BOOST_REQUIRE(wanted.matches(value) == wanted.matches_folded(folded(value)));
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::testing
