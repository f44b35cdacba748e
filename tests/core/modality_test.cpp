#include "core/modality.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace troupe {

using nlohmann::json;

BOOST_AUTO_TEST_SUITE(modality_)

BOOST_AUTO_TEST_CASE(all_forms_of_orthanc_are_read) {
  const auto three = parse_modality(json{"PACS", "pacs.example", 104}).value();
  BOOST_TEST(three.aet == "PACS");
  BOOST_TEST(three.host == "pacs.example");
  BOOST_TEST(three.port == 104);
  BOOST_TEST(three.manufacturer == "Generic");
  BOOST_TEST(parse_modality(json{"PACS", "h", "11112", "Vitrea"}).value().manufacturer == "Vitrea");
  const auto object = parse_modality({{"AET", "A"},
                                      {"Host", "::1"},
                                      {"Port", 4242},
                                      {"AllowEcho", false},
                                      {"Timeout", 7},
                                      {"LocalAet", "ME"},
                                      {"AllowStorageCommitment", false}})
                        .value();
  BOOST_TEST(!object.allow_echo);
  BOOST_TEST(object.allow_store);
  BOOST_TEST(!object.allow_n_action);
  BOOST_TEST(!object.allow_event_report);
  BOOST_TEST(object.timeout_s == 7U);
  BOOST_TEST(object.local_aet == "ME");
}

BOOST_AUTO_TEST_CASE(what_is_printed_is_read_again_as_the_same) {
  auto which = parse_modality(json{"PACS", "h", 104, "GE"}).value();
  which.allow_move = false;
  which.local_aet = "ME";
  which.timeout_s = 3;
  BOOST_TEST(to_json(parse_modality(to_json(which)).value()) == to_json(which));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_called_is_refused) {
  const json wrong[] = {json{"A", "h"},
                        json{"", "h", 104},
                        json{"12345678901234567", "h", 104},
                        json{"A\xc3\xa9", "h", 104},
                        json{"A", "", 104},
                        json{"A", "a b", 104},
                        json{"A", "h", 0},
                        json{"A", "h", 65536},
                        json{"A", "h", "12x"},
                        json{"A", "h", -1},
                        json{"A", "h", 1.5},
                        json{{"AET", "A"}, {"Host", "h"}},
                        json("A"),
                        json{{"AET", "A"}, {"Host", "h"}, {"Port", 1}, {"AllowEcho", 1}},
                        json{"   ", "h", 1}};
  for (const auto& each : wrong)
    BOOST_TEST(parse_modality(each).has_error(), each.dump());
}

BOOST_AUTO_TEST_CASE(names_hold_letters_digits_hyphens_and_underscores) {
  BOOST_TEST(is_modality_name("CT-1_a"));
  BOOST_TEST(!is_modality_name(""));
  BOOST_TEST(!is_modality_name("a/b"));
  BOOST_TEST(!is_modality_name(std::string(65, 'a')));
}

BOOST_AUTO_TEST_CASE(what_was_set_lies_over_the_configuration) {
  const std::string configured = R"({"a": ["A", "h", 1], "b": ["B", "h", 2], "c": ["C", "h", 3]})";
  const std::map<std::string, std::string> stored{
    {"a", std::string(deleted_modality)}, {"b", R"(["B2", "h", 2])"}, {"d", R"(["D", "h", 4])"}};
  const auto all = all_modalities(configured, stored);
  BOOST_TEST(all.size() == 3U);
  BOOST_TEST(all.at("b").aet == "B2");
  BOOST_TEST(all.contains("c"));
  BOOST_TEST(all.contains("d"));
  BOOST_TEST(!find_modality(configured, std::string(deleted_modality), "a").has_value());
  BOOST_TEST(find_modality(configured, std::nullopt, "c").value().aet == "C");
  BOOST_TEST(!find_modality(configured, std::nullopt, "z").has_value());
}

BOOST_AUTO_TEST_CASE(the_option_names_the_modality_that_is_wrong) {
  options settings;
  const auto answer = settings.dicom_modalities.set({{"pacs", {"A", "h", 0}}});
  BOOST_TEST_REQUIRE(answer.has_error());
  BOOST_TEST(answer.error().details().find("pacs") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
