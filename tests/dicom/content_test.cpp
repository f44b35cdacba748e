#include "data_set_builder.hpp"
#include "dicom/content.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(content_walk)

using namespace troupe;
using namespace troupe::dicom::test;
using dicom::content;

namespace {

constexpr std::string_view jpeg = "1.2.840.10008.1.2.4.50";
constexpr std::string_view explicit_big = "1.2.840.10008.1.2.2";

struct walked {
  std::string file;

  explicit walked(const std::string& data_set, std::string_view syntax = explicit_little)
    : file(frame(syntax) + data_set) {}

  content at(std::string_view path) const {
    auto found = dicom::read_content(bytes_of(file), path);
    BOOST_TEST_REQUIRE(found.has_value(), path << ": " << (found.has_error() ? found.error().details() : ""));
    return *std::move(found);
  }

  std::string names(std::string_view path) const {
    std::string all;
    const content found = at(path);
    BOOST_TEST(!found.leaf);
    for (const auto& name : found.names)
      all += name + ' ';
    return all;
  }

  std::string value(std::string_view path) const {
    const content found = at(path);
    BOOST_TEST(found.leaf);
    return found.copied.value_or(file.substr(found.offset, found.length));
  }

  error_code refusal(std::string_view path) const {
    const auto found = dicom::read_content(bytes_of(file), path);
    return found ? error_code::success : found.error().code();
  }
};

const std::string two_items =
  element(0x00101002, "SQ",
          item(element(0x00100020, "LO", "A"))
            + item(element(0x00100020, "LO", "BC") + element(0x00101002, "SQ", item(element(0x00100022, "CS", "D ")))));

} // namespace

BOOST_AUTO_TEST_CASE(every_place_of_the_tree_can_be_reached) {
  const walked file(element(0x00100010, "PN", "X^Y") + two_items + element(0x00280010, "US", number_16(7)));
  BOOST_TEST(file.names("") == "0010-0010 0010-1002 0028-0010 ");
  BOOST_TEST(file.names("0010-1002") == "0 1 ");
  BOOST_TEST(file.names("0010-1002/0") == "0010-0020 ");
  BOOST_TEST(file.names("OtherPatientIDsSequence/1") == "0010-0020 0010-1002 ");
  BOOST_TEST(file.names("0010,1002/1/00101002") == "0 ");
  BOOST_TEST(file.value("0010-1002/1/0010-1002/0/TypeOfPatientID") == "D ");
  BOOST_TEST(file.value("0010-1002/0/PatientID") == "A ");
  BOOST_TEST(file.value("PatientName") == "X^Y ");
  BOOST_TEST(file.value("Rows") == number_16(7));
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_not_found) {
  const walked file(element(0x00100010, "PN", "X^Y") + two_items + element(0x00280010, "US", number_16(7)));
  for (const char* path :
       {"PatientID", "PatientName/0", "0010-1002/2", "0010-1002/x", "0010-1002/-1", "0010-1002//PatientID",
        "0010-1002/0/PatientID/0", "0010-1002/0/TypeOfPatientID", "0010-1002/18446744073709551616",
        "0010-1002/0/0010-1002/0", "0002-0010", "PatientName/0/PatientID"})
    BOOST_TEST((file.refusal(path) == error_code::inexistent_item), path);
  for (const char* path : {"NoSuchTag", "0010-1002/0/NoSuchTag", "0010-100", "/"})
    BOOST_TEST((file.refusal(path) == error_code::unknown_dicom_tag), path);
}

BOOST_AUTO_TEST_CASE(pixel_data_has_fragments_the_first_is_the_offset_table) {
  const walked compressed(
    element_of_length(0x7fe00010, "OB", item("") + item("one ") + item("2 ") + sequence_end(), undefined_length)
      + element(0xfffcfffc, "OB", "ab"),
    jpeg);
  BOOST_TEST(compressed.names("7fe0-0010") == "0 1 2 ");
  BOOST_TEST(compressed.value("7fe0-0010/0").empty());
  BOOST_TEST(compressed.value("PixelData/2") == "2 ");
  BOOST_TEST((compressed.refusal("7fe0-0010/3") == error_code::inexistent_item));
  BOOST_TEST((compressed.refusal("7fe0-0010/1/PatientID") == error_code::inexistent_item));
  BOOST_TEST(compressed.names("") == "7fe0-0010 fffc-fffc ");

  const walked plain(element(0x7fe00010, "OW", "abcd"));
  BOOST_TEST(plain.names("7fe0-0010") == "0 ");
  BOOST_TEST(plain.value("7fe0-0010/0") == "abcd");
  BOOST_TEST((plain.refusal("7fe0-0010/1") == error_code::inexistent_item));
}

BOOST_AUTO_TEST_CASE(numbers_are_little_endian_whatever_the_file) {
  const std::string rows = std::string("\0\x28\0\x10US\0\2\1\2", 10);
  const std::string name = std::string("\0\x10\0\x10PN\0\2AB", 10);
  const walked big(name + rows, explicit_big);
  BOOST_TEST(big.value("Rows") == "\2\1");
  BOOST_TEST(big.value("PatientName") == "AB");
}

BOOST_AUTO_TEST_CASE(an_empty_data_set_has_no_tags) {
  BOOST_TEST(walked("").names("").empty());
}

BOOST_AUTO_TEST_CASE(a_damaged_file_is_refused) {
  BOOST_TEST((walked(element_of_length(0x00100010, "PN", "A", 2)).refusal("") == error_code::bad_file_format));
}

BOOST_AUTO_TEST_SUITE_END()
