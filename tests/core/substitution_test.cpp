#include "core/substitution.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

namespace troupe {

BOOST_AUTO_TEST_SUITE(substitution)

BOOST_AUTO_TEST_CASE(every_byte_knows_where_it_came_from) {
  const substituted_text both("ab${X}cd${YY:-none}e", {{"X", "12345"}});
  BOOST_REQUIRE(both.text() == "ab12345cdnonee");
  const std::vector<std::size_t> sources{0, 1, 2, 2, 2, 2, 2, 6, 7, 8, 8, 8, 8, 19, 20};
  for (std::size_t i = 0; i < sources.size(); ++i)
    BOOST_TEST(both.source_offset(i) == sources[i]);
}

BOOST_AUTO_TEST_CASE(a_variable_that_is_set_to_nothing_has_no_default) {
  BOOST_TEST(substituted_text("<${X:-d}>", {{"X", ""}}).text() == "<>");
}

BOOST_AUTO_TEST_CASE(what_only_looks_like_a_variable_stays) {
  for (const auto* text : {"${", "${}", "${X", "${X:", "${X:-", "${X:-a", "${X-a}", "${ X }", "$X", "$${", "${:-a}"})
    BOOST_TEST(substituted_text(text, {{"X", "1"}}).text() == text);
}

BOOST_AUTO_TEST_CASE(random_texts_keep_the_bytes_that_no_variable_brought) {
  const environment variables{{"A", ""}, {"B", "#"}, {"AB", "###"}};
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string source(random() % 20, '\0');
    for (auto& c : source)
      c = "${}:-AB"[random() % 7];
    const substituted_text both(source, variables);
    BOOST_TEST_CONTEXT(source) {
      std::size_t last = 0;
      for (std::size_t i = 0; i < both.text().size(); ++i) {
        const auto from = both.source_offset(i);
        BOOST_TEST(from >= last);
        BOOST_REQUIRE(from < source.size());
        const bool replaced = source.substr(from, 2) == "${" && both.text().substr(i, 2) != "${";
        BOOST_TEST((replaced || source[from] == both.text()[i]));
        last = from;
      }
      BOOST_TEST(both.source_offset(both.text().size()) == source.size());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
