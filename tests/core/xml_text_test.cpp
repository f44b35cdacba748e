#include "core/xml_text.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace troupe {

namespace {

constexpr const char* declaration = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

std::string without_declaration(const nlohmann::json& value) {
  const auto text = xml_text(value);
  BOOST_TEST_REQUIRE(text.starts_with(declaration));
  return text.substr(std::string(declaration).size());
}

} // namespace

BOOST_AUTO_TEST_SUITE(xml_text_)

BOOST_AUTO_TEST_CASE(members_and_items_are_elements) {
  const nlohmann::json value = {{"A", {{"B", "x"}, {"C", nullptr}}}, {"D", {1, true}}, {"E", ""}};
  BOOST_TEST(without_declaration(value)
             == "<root>\n"
                "  <A>\n"
                "    <B>x</B>\n"
                "    <C>null</C>\n"
                "  </A>\n"
                "  <D>\n"
                "    <item>1</item>\n"
                "    <item>true</item>\n"
                "  </D>\n"
                "  <E></E>\n"
                "</root>\n");
}

BOOST_AUTO_TEST_CASE(what_is_empty_is_an_empty_element) {
  BOOST_TEST(without_declaration(nlohmann::json::array()) == "<root />\n");
  BOOST_TEST(without_declaration({{"a", nlohmann::json::object()}}) == "<root>\n  <a />\n</root>\n");
}

BOOST_AUTO_TEST_CASE(markup_in_texts_and_names_is_escaped) {
  BOOST_TEST(without_declaration({{"a", "<b>&\"\r"}}) == "<root>\n  <a>&lt;b&gt;&amp;&quot;&#13;</a>\n</root>\n");
  BOOST_TEST(without_declaration({{"a\"><b", 1}})
             == "<root>\n  <member name=\"a&quot;&gt;&lt;b\">1</member>\n</root>\n");
}

BOOST_AUTO_TEST_CASE(names_that_xml_does_not_have_become_attributes) {
  for (const auto* name : {"0008,0016", "1", "", "a b", "-a", "xml", "XmlA", "\xC3\xA4"})
    BOOST_TEST(without_declaration({{name, 1}}).find("<member name=\"" + std::string(name) + "\">1</member>")
               != std::string::npos);
  for (const auto* name : {"a", "_", "A-b.c_9", "Xm"})
    BOOST_TEST(without_declaration({{name, 1}}).find("<" + std::string(name) + ">1</" + name + ">")
               != std::string::npos);
}

BOOST_AUTO_TEST_CASE(control_characters_are_replaced) {
  BOOST_TEST(without_declaration({{"a", std::string("\0\x1f\t\n", 4)}})
             == "<root>\n  <a>\xEF\xBF\xBD\xEF\xBF\xBD\t\n</a>\n</root>\n");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
