#include "data_set_builder.hpp"
#include "dicom/attribute_model.hpp"
#include "samples.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <bit>

BOOST_AUTO_TEST_SUITE(attribute_model)

using namespace troupe;
using namespace troupe::dicom::test;
using nlohmann::json;

namespace {

json as_json(const std::string& data_set) {
  const auto made = dicom::dicom_json(bytes_of(frame() + data_set), "/root");
  BOOST_TEST_REQUIRE(made.has_value());
  return json::parse(*made);
}

std::string as_xml(const std::string& data_set) {
  const auto made = dicom::native_model(bytes_of(frame() + data_set), "/root");
  BOOST_TEST_REQUIRE(made.has_value());
  const auto begin = made->find("NativeDICOM\">\n") + 14;
  return made->substr(begin, made->find("</NativeDicomModel>") - begin);
}

std::string bytes_of_number(float number) {
  return number_32(std::bit_cast<std::uint32_t>(number));
}

} // namespace

BOOST_AUTO_TEST_CASE(values_have_the_types_of_json) {
  BOOST_TEST(as_json(element(0x00080008, "CS", "ORIGINAL\\\\AXIAL "))
             == json::parse(R"({"00080008": {"vr": "CS", "Value": ["ORIGINAL", null, "AXIAL"]}})"));
  BOOST_TEST(as_json(element(0x00280030, "DS", "0.5\\+1e3\\ x "))
             == json::parse(R"({"00280030": {"vr": "DS", "Value": [0.5, 1000, "x"]}})"));
  BOOST_TEST(as_json(element(0x00280010, "US", number_16(1) + number_16(65535)))
             == json::parse(R"({"00280010": {"vr": "US", "Value": [1, 65535]}})"));
  BOOST_TEST(as_json(element(0x00189322, "FL", bytes_of_number(0.1F) + bytes_of_number(1.0F / 0.0F)))
             == json::parse(R"({"00189322": {"vr": "FL", "Value": [0.1, "inf"]}})"));
  BOOST_TEST(as_json(element(0x00280009, "AT", tag_bytes(0x0018a063)))
             == json::parse(R"({"00280009": {"vr": "AT", "Value": ["0018A063"]}})"));
  BOOST_TEST(as_json(element(0x00204000, "LT", "a\\b"))
             == json::parse(R"({"00204000": {"vr": "LT", "Value": ["a\\b"]}})"));
  BOOST_TEST(as_json(element(0x00080050, "SH", "")) == json::parse(R"({"00080050": {"vr": "SH"}})"));
}

BOOST_AUTO_TEST_CASE(names_of_persons_have_groups) {
  BOOST_TEST(
    as_json(element(0x00080005, "CS", "ISO_IR 192") + element(0x00100010, "PN", "Wang^XiaoDong=王^小东"))["00100010"]
    == json::parse(R"({"vr": "PN", "Value": [{"Alphabetic": "Wang^XiaoDong", "Ideographic": "王^小东"}]})"));
  BOOST_TEST(
    as_xml(element(0x00100010, "PN", "A^<B>^^Dr"))
    == "<DicomAttribute tag=\"00100010\" vr=\"PN\" keyword=\"PatientName\"><PersonName number=\"1\"><Alphabetic>"
       "<FamilyName>A</FamilyName><GivenName>&lt;B&gt;</GivenName><NamePrefix>Dr</NamePrefix></Alphabetic>"
       "</PersonName></DicomAttribute>\n");
}

BOOST_AUTO_TEST_CASE(items_are_objects) {
  BOOST_TEST(
    as_json(element(0x00101002, "SQ", item(element(0x00100020, "LO", "A")) + item("")))
    == json::parse(R"({"00101002": {"vr": "SQ", "Value": [{"00100020": {"vr": "LO", "Value": ["A"]}}, {}]}})"));
  BOOST_TEST(as_xml(element(0x00101002, "SQ", item(element(0x00100020, "LO", "A"))))
             == "<DicomAttribute tag=\"00101002\" vr=\"SQ\" keyword=\"OtherPatientIDsSequence\"><Item number=\"1\">\n"
                "<DicomAttribute tag=\"00100020\" vr=\"LO\" keyword=\"PatientID\"><Value "
                "number=\"1\">A</Value></DicomAttribute>\n"
                "</Item></DicomAttribute>\n");
}

BOOST_AUTO_TEST_CASE(bytes_are_included_unless_they_are_many) {
  BOOST_TEST(as_json(element(0x00420011, "OB", "%PDF"))
             == json::parse(R"({"00420011": {"vr": "OB", "InlineBinary": "JVBERg=="}})"));
  const std::string many(dicom::inline_binary_max + 2, 'x');
  BOOST_TEST(as_json(element(0x7fe00010, "OW", many))
             == json::parse(R"({"7FE00010": {"vr": "OW", "BulkDataURI": "/root/7fe0-0010/0"}})"));
  const json nested = as_json(element(0x00101002, "SQ", item("") + item(element(0x00420011, "OB", many))));
  BOOST_TEST(nested["00101002"]["Value"][1]["00420011"]["BulkDataURI"] == "/root/0010-1002/1/0042-0011");
}

BOOST_AUTO_TEST_CASE(lengths_and_encapsulated_pixels_are_left_out) {
  const std::string group_length = element(0x00080000, "UL", number_32(0));
  BOOST_TEST(as_json(group_length) == json::object());
  const std::string pixels =
    element_of_length(0x7fe00010, "OB", item("") + item("ab") + sequence_end(), undefined_length);
  const auto made = dicom::dicom_json(bytes_of(frame("1.2.840.10008.1.2.4.50") + pixels), "");
  BOOST_TEST(json::parse(made.value()) == json::object());
}

BOOST_AUTO_TEST_CASE(private_attributes_name_their_creator_in_xml) {
  BOOST_TEST(
    as_xml(element(0x00090010, "LO", "GEMS_IDEN_01") + element(0x00091001, "LO", "X"))
      .ends_with("<DicomAttribute tag=\"00091001\" vr=\"LO\" privateCreator=\"GEMS_IDEN_01\"><Value number=\"1\">X"
                 "</Value></DicomAttribute>\n"));
}

BOOST_AUTO_TEST_CASE(every_sample_becomes_valid_json) {
  std::size_t made = 0;
  for (const auto& path : sample_files()) {
    const std::string content = content_of(path);
    if (const auto text = dicom::dicom_json(bytes_of(content), "/root")) {
      ++made;
      BOOST_TEST(json::accept(*text), path);
    }
  }
  BOOST_TEST(made > 150U);
}

BOOST_AUTO_TEST_SUITE_END()
