#include "dicom/dictionary.hpp"
#include "dicom/dictionary_options.hpp"
#include "dicom/tag_text.hpp"

#include <boost/test/unit_test.hpp>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdict.h>
#include <nlohmann/json.hpp>

BOOST_AUTO_TEST_SUITE(dictionary_options)

using namespace troupe;
using dicom::find_tag;
using nlohmann::json;

namespace {

result<void> add(std::string_view text) {
  const auto tags = dicom::parse_added_tags(json::parse(text));
  return tags ? dicom::add_to_dictionary(*tags) : result<void>(tags.error());
}

error_code refusal(std::string_view text) {
  const auto added = add(text);
  BOOST_TEST_REQUIRE(added.has_error(), text);
  BOOST_TEST(added.error().details().starts_with("Dictionary: "));
  return added.error().code();
}

} // namespace

BOOST_AUTO_TEST_CASE(tags_of_the_configuration_are_known_in_every_block) {
  BOOST_TEST_REQUIRE(
    add(R"({"0057,1042": ["SL", "NumberOfSails", 1, 0, "SHIPYARD"], "0014-aaaa": ["DA", "LaunchDate"]})").has_value());
  for (const dicom_tag tag : {0x00571042U, 0x0057a042U}) {
    BOOST_TEST_REQUIRE(find_tag(tag, "SHIPYARD"));
    BOOST_TEST(find_tag(tag, "SHIPYARD")->name == "NumberOfSails");
    BOOST_TEST((find_tag(tag, "SHIPYARD")->type == dicom::vr::sl));
  }
  BOOST_TEST(!find_tag(0x00571042, "OTHER"));
  BOOST_TEST(find_tag(0x0014aaaa)->name == "LaunchDate");
  BOOST_TEST(dicom::parse_tag("LaunchDate").value_or(0) == 0x0014aaaaU);
  BOOST_TEST(dicom::parse_tag("NumberOfSails").value_or(0) == 0x00571042U);
}

BOOST_AUTO_TEST_CASE(what_is_no_entry_is_refused_with_its_tag) {
  BOOST_TEST((refusal(R"({"nonsense": ["SL", "A"]})") == error_code::unknown_dicom_tag));
  for (const char* shape : {R"({"0014,aaab": "SL"})", R"({"0014,aaab": ["SL"]})", R"({"0014,aaab": [1, "A"]})",
                            R"({"0014,aaab": ["SL", "A", "1"]})", R"({"0014,aaab": ["SL", "A", -1]})",
                            R"({"0014,aaab": ["SL", "A", 1, 1, "C", 1]})"})
    BOOST_TEST((refusal(shape) == error_code::bad_file_format), shape);
  for (const char* value :
       {R"({"0014,aaab": ["ZZ", "A"]})", R"({"0014,aaab": ["xs", "A"]})", R"({"0014,aaab": ["SL", "A", 0]})",
        R"({"0014,aaab": ["SL", "A", 3, 2]})", R"({"0014,aaab": ["SL", ""]})",
        R"({"0014,aaab": ["SL", "A", 1, 1, "C"]})", R"({"0019,1001": ["SL", "A"]})",
        R"({"0007,1001": ["SL", "A", 1, 1, "C"]})", R"({"0019,0010": ["SL", "A", 1, 1, "C"]})"})
    BOOST_TEST((refusal(value) == error_code::parameter_out_of_range), value);
}

BOOST_AUTO_TEST_CASE(what_is_known_already_is_refused) {
  BOOST_TEST((refusal(R"({"0010,0010": ["PN", "AnotherName"]})") == error_code::already_existing_tag));
  BOOST_TEST((refusal(R"({"0014,aaac": ["PN", "PatientName"]})") == error_code::already_existing_tag));
  BOOST_TEST(
    (refusal(R"({"0009,1001": ["LO", "AnotherName", 1, 1, "GEMS_IDEN_01"]})") == error_code::already_existing_tag));
}

BOOST_AUTO_TEST_CASE(private_tags_can_be_forgotten) {
  BOOST_TEST_REQUIRE(find_tag(0x00091001, "GEMS_IDEN_01"));
  dicom::forget_private_tags();
  BOOST_TEST(!find_tag(0x00091001, "GEMS_IDEN_01"));
  BOOST_TEST(find_tag(0x00100010)->name == "PatientName");
  dcmDataDict.wrlock().reloadDictionaries(OFFalse, OFTrue);
  dcmDataDict.wrunlock();
  dicom::reread_dictionary();
  BOOST_TEST(find_tag(0x00091001, "GEMS_IDEN_01"));
}

BOOST_AUTO_TEST_SUITE_END()
