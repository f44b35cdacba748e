#include "dicom/main_tag_options.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

namespace troupe::dicom {

BOOST_AUTO_TEST_SUITE(main_tag_options)

namespace {

error_code refusal(const char* text) {
  const auto read = parse_extra_main_tags(nlohmann::json::parse(text));
  BOOST_REQUIRE(!read);
  BOOST_TEST(read.error().details().starts_with("ExtraMainDicomTags: "));
  return read.error().code();
}

} // namespace

BOOST_AUTO_TEST_CASE(tags_are_named_by_keyword_or_number) {
  const auto read = parse_extra_main_tags(
    nlohmann::json::parse(R"({"Instance": ["SliceThickness", "0018,0060"], "Patient": ["00101010"]})"));
  BOOST_REQUIRE(read);
  BOOST_REQUIRE(read->size() == 3U);
  BOOST_TEST((read->at(0).level == resource_level::instance));
  BOOST_TEST(read->at(0).tag == 0x00180050U);
  BOOST_TEST(read->at(1).keyword == "KVP");
  BOOST_TEST((read->at(2).level == resource_level::patient));
  BOOST_TEST(read->at(2).keyword == "PatientAge");
}

BOOST_AUTO_TEST_CASE(sequences_need_no_place_in_the_index) {
  BOOST_TEST(parse_extra_main_tags(nlohmann::json::parse(R"({"Series": ["RequestAttributesSequence"]})"))->empty());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_kept_is_refused) {
  BOOST_TEST((refusal(R"({"Study": ["NoSuchTag"]})") == error_code::unknown_dicom_tag));
  BOOST_TEST((refusal(R"({"Study": ["0009,1001"]})") == error_code::unknown_dicom_tag));
  BOOST_TEST((refusal(R"({"Studies": []})") == error_code::parameter_out_of_range));
  BOOST_TEST((refusal(R"({"Study": "PatientAge"})") == error_code::bad_file_format));
  BOOST_TEST((refusal(R"({"Study": [5]})") == error_code::bad_file_format));
  BOOST_TEST((refusal(R"({"Instance": ["PixelData"]})") == error_code::parameter_out_of_range));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::dicom
