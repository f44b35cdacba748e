#include "data_set_builder.hpp"
#include "dicom/tags_json.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <bit>

BOOST_AUTO_TEST_SUITE(tags_as_json)

using namespace troupe;
using namespace troupe::dicom::test;
using dicom::tag_format;
using dicom::tags_options;
using nlohmann::json;

namespace {

json tags(const std::string& data_set, const tags_options& options = {}, std::string_view syntax = explicit_little) {
  auto made = dicom::tags_json(bytes_of(frame(syntax) + data_set), options);
  BOOST_TEST_REQUIRE(made.has_value(), (made.has_error() ? made.error().details() : ""));
  return std::move(*made);
}

json brief(const std::string& data_set, std::string_view syntax = explicit_little) {
  return tags(data_set, {.format = tag_format::brief, .ignore_length = {}}, syntax);
}

json simplified(const std::string& data_set) {
  return tags(data_set, {.format = tag_format::simplified, .ignore_length = {}});
}

std::string bits_of(double number) {
  const auto bits = std::bit_cast<std::uint64_t>(number);
  return number_32(static_cast<std::uint32_t>(bits & 0xffffffff)) + number_32(static_cast<std::uint32_t>(bits >> 32));
}

} // namespace

BOOST_AUTO_TEST_CASE(the_three_formats_show_the_same_tags) {
  const std::string data_set =
    element(0x00100010, "PN", "A^B") + element(0x00101002, "SQ", item(element(0x00100020, "LO", "X")));
  const json in_full = json::parse(R"({
    "0010,0010": {"Name": "PatientName", "Type": "String", "Value": "A^B"},
    "0010,1002": {"Name": "OtherPatientIDsSequence", "Type": "Sequence",
                  "Value": [{"0010,0020": {"Name": "PatientID", "Type": "String", "Value": "X"}}]}})");
  BOOST_TEST(tags(data_set) == in_full);
  BOOST_TEST(brief(data_set) == json::parse(R"({"0010,0010": "A^B", "0010,1002": [{"0010,0020": "X"}]})"));
  BOOST_TEST(simplified(data_set)
             == json::parse(R"({"PatientName": "A^B", "OtherPatientIDsSequence": [{"PatientID": "X"}]})"));
}

BOOST_AUTO_TEST_CASE(texts_end_at_a_nul_and_lose_the_blanks_at_their_end) {
  BOOST_TEST(brief(element(0x00080080, "LO", " lead trail  "))["0008,0080"] == " lead trail");
  BOOST_TEST(brief(element(0x00080080, "LO", std::string("AB\0CD", 5)))["0008,0080"] == "AB");
  BOOST_TEST(brief(element(0x00180050, "DS", " 1.50\\ 2.0 \\3"))["0018,0050"] == " 1.50\\ 2.0 \\3");
  BOOST_TEST(brief(element(0x00080080, "LO", ""))["0008,0080"] == "");
}

BOOST_AUTO_TEST_CASE(numbers_of_64_bits_are_exact) {
  const auto all_ones = number_32(0xffffffff) + number_32(0xffffffff);
  BOOST_TEST(brief(element(0x00720082, "SV", all_ones + number_32(1) + number_32(0)))["0072,0082"] == "-1\\1");
  BOOST_TEST(brief(element(0x00720083, "UV", all_ones))["0072,0083"] == "18446744073709551615");
}

BOOST_AUTO_TEST_CASE(numbers_are_decimal_text) {
  BOOST_TEST(brief(element(0x00280010, "US", number_16(1) + number_16(65535)))["0028,0010"] == "1\\65535");
  BOOST_TEST(brief(element(0x00280120, "SS", number_16(0xf830)))["0028,0120"] == "-2000");
  BOOST_TEST(brief(element(0x00189087, "FD", bits_of(0.1) + bits_of(-1e200)))["0018,9087"]
             == "0.10000000000000001\\-9.9999999999999997e+199");
  BOOST_TEST(brief(element(0x00189322, "FL", number_32(std::bit_cast<std::uint32_t>(0.1F))))["0018,9322"]
             == "0.10000000149011612");
  BOOST_TEST(brief(element(0x00280009, "AT", tag_bytes(0x00181063)))["0028,0009"] == "0018,1063");
}

BOOST_AUTO_TEST_CASE(bytes_and_numbers_that_are_missing_are_null) {
  const json shown =
    tags(element(0x00280010, "US", "") + element(0x00420011, "OB", "%PDF") + element(0x7fe00010, "OW", "ab"));
  for (const char* tag : {"0028,0010", "0042,0011", "7fe0,0010"}) {
    BOOST_TEST(shown[tag]["Type"] == "Null");
    BOOST_TEST(shown[tag]["Value"].is_null());
  }
}

BOOST_AUTO_TEST_CASE(values_above_256_bytes_are_too_long_unless_asked_for) {
  const std::string data_set =
    element(0x00204000, "LT", std::string(258, 'x')) + element(0x00281201, "US", std::string(400, 'a'));
  BOOST_TEST(tags(data_set)["0020,4000"]["Type"] == "TooLong");
  BOOST_TEST(tags(data_set)["0020,4000"]["Value"].is_null());
  BOOST_TEST(tags(data_set)["0028,1201"]["Type"] == "TooLong");
  BOOST_TEST(tags(element(0x00204000, "LT", std::string(256, 'x') + "  "))["0020,4000"]["Type"] == "String");
  const json asked = tags(data_set, {.ignore_length = {0x00204000}});
  BOOST_TEST(asked["0020,4000"]["Value"] == std::string(258, 'x'));
  BOOST_TEST(asked["0028,1201"]["Type"] == "TooLong");
}

BOOST_AUTO_TEST_CASE(private_tags_name_their_creator) {
  const json shown = tags(element(0x00090010, "LO", "GEMS_IDEN_01") + element(0x00091001, "LO", "X")
                          + element(0x000910ff, "LO", "Y") + element(0x00091101, "LO", "Z"));
  BOOST_TEST(shown["0009,0010"]["Name"] == "PrivateCreator");
  BOOST_TEST(
    shown["0009,1001"]
    == json::parse(R"({"Name": "FullFidelity", "PrivateCreator": "GEMS_IDEN_01", "Type": "String", "Value": "X"})"));
  BOOST_TEST(shown["0009,10ff"]["Name"] == "Unknown Tag & Data");
  BOOST_TEST(shown["0009,10ff"]["PrivateCreator"] == "GEMS_IDEN_01");
  BOOST_TEST(!shown["0009,1101"].contains("PrivateCreator"));
}

BOOST_AUTO_TEST_CASE(an_item_does_not_inherit_private_creators) {
  const json shown =
    tags(element(0x00090010, "LO", "GEMS_IDEN_01") + element(0x00091001, "SQ", item(element(0x00091001, "LO", "X")))
         + element(0x00091002, "SH", "Y"));
  BOOST_TEST(shown["0009,1001"]["Value"][0]["0009,1001"]["Name"] == "Unknown Tag & Data");
  BOOST_TEST(shown["0009,1002"]["Name"] == "SuiteId");
}

BOOST_AUTO_TEST_CASE(unknown_tags_share_one_name_when_simplified) {
  const json shown = simplified(element(0x00091001, "LO", "A") + element(0x00091002, "LO", "B"));
  BOOST_TEST(shown == json::parse(R"({"Unknown Tag & Data": "B"})"));
}

BOOST_AUTO_TEST_CASE(retired_tags_keep_the_prefix_of_dcmtk_except_main_tags) {
  const json shown = simplified(element(0x00080010, "SH", "R") + element(0x00101000, "LO", "I"));
  BOOST_TEST(shown == json::parse(R"({"RETIRED_RecognitionCode": "R", "OtherPatientIDs": "I"})"));
}

BOOST_AUTO_TEST_CASE(text_of_unknown_type_is_shown_where_the_tag_is_known) {
  const json shown = tags(element(0x00080060, "UN", "CT") + element(0x00090010, "LO", "GEMS_IDEN_01")
                          + element(0x00091001, "UN", "A1") + element(0x00091002, "UN", "A\x01")
                          + element(0x000910ff, "UN", "A1") + element(0x00280010, "UN", number_16(1)));
  BOOST_TEST(shown["0008,0060"]["Value"] == "CT");
  BOOST_TEST(shown["0009,1001"]["Value"] == "A1");
  for (const char* hidden : {"0009,1002", "0009,10ff", "0028,0010"})
    BOOST_TEST(shown[hidden]["Type"] == "Null");
}

BOOST_AUTO_TEST_CASE(tags_after_the_pixel_data_are_shown_only_of_the_whole_file) {
  const std::string data_set =
    element(0x00100020, "LO", "X") + element(0x7fe00010, "OW", "ab") + element(0xfffcfffc, "OB", "ab");
  BOOST_TEST(!tags(data_set).contains("fffc,fffc"));
  BOOST_TEST(tags(data_set).contains("7fe0,0010"));
  BOOST_TEST(tags(data_set, {.ignore_length = {}, .whole = true}).contains("fffc,fffc"));
}

BOOST_AUTO_TEST_CASE(pixel_data_inside_an_item_ends_nothing) {
  const json shown =
    brief(element(0x00880200, "SQ", item(element(0x7fe00010, "OW", "ab"))) + element(0x00880904, "LO", "T"));
  BOOST_TEST(shown == json::parse(R"({"0088,0200": [{"7fe0,0010": null}], "0088,0904": "T"})"));
}

BOOST_AUTO_TEST_CASE(the_second_of_two_equal_tags_is_not_shown) {
  const auto sequence = [](const std::string& id) {
    return element(0x00101002, "SQ", item(element(0x00100020, "LO", id)));
  };
  BOOST_TEST(brief(element(0x00100010, "PN", "A") + element(0x00100010, "PN", "B") + sequence("1") + sequence("2"))
             == json::parse(R"({"0010,0010": "A", "0010,1002": [{"0010,0020": "1"}]})"));
}

BOOST_AUTO_TEST_CASE(an_item_may_have_its_own_character_set) {
  const json shown =
    brief(element(0x00080005, "CS", "ISO_IR 100")
          + element(0x0040a730, "SQ",
                    item(element(0x00080005, "CS", "ISO_IR 144") + element(0x0040a123, "PN", "\xbb\xee"))
                      + item(element(0x0040a123, "PN", "\xe9\xe8"))));
  BOOST_TEST(shown["0040,a730"][0]["0040,a123"] == "Лю");
  BOOST_TEST(shown["0040,a730"][1]["0040,a123"] == "éè");
}

BOOST_AUTO_TEST_CASE(implicit_types_come_from_the_dictionary) {
  const json shown =
    brief(implicit(0x00090010, "GEMS_IDEN_01") + implicit(0x00091001, "X ") + implicit(0x00091027, number_32(7))
            + implicit(0x00101002, item(implicit(0x00100020, "Y "))) + implicit(0x00280103, number_16(1))
            + implicit(0x00280106, number_16(0xfffb)) + implicit(0x00290001, "?"),
          implicit_little);
  BOOST_TEST(shown == json::parse(R"({"0009,0010": "GEMS_IDEN_01", "0009,1001": "X", "0009,1027": "7",
    "0010,1002": [{"0010,0020": "Y"}], "0028,0103": "1", "0028,0106": "-5", "0029,0001": null})"));
}

BOOST_AUTO_TEST_CASE(a_value_of_unknown_type_and_length_is_an_implicit_sequence) {
  const json shown =
    brief(element_of_length(0x00091001, "UN", open_item(implicit(0x00100020, "AB")) + sequence_end(), undefined_length)
          + element(0x00100010, "PN", "A"));
  BOOST_TEST(shown == json::parse(R"({"0009,1001": [{"0010,0020": "AB"}], "0010,0010": "A"})"));
}

BOOST_AUTO_TEST_CASE(unknown_types_have_short_or_long_headers_by_their_letters) {
  const std::string later = tag_bytes(0x00091001) + "ZZ" + number_16(0) + number_32(4) + "abcd";
  const std::string mistake = tag_bytes(0x00091002) + "zz" + number_16(4) + "abcd";
  BOOST_TEST(brief(later + mistake + element(0x00100010, "PN", "A"))
             == json::parse(R"({"0009,1001": null, "0009,1002": null, "0010,0010": "A"})"));
}

BOOST_AUTO_TEST_CASE(a_damaged_file_is_refused) {
  const auto made = dicom::tags_json(bytes_of(frame() + element_of_length(0x00100010, "PN", "A", 2)), {});
  BOOST_TEST_REQUIRE(made.has_error());
  BOOST_TEST((made.error().code() == error_code::bad_file_format));
}

BOOST_AUTO_TEST_SUITE_END()
