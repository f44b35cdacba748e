#include "core/json_text.hpp"
#include "data_set_builder.hpp"
#include "dicom/tags_text.hpp"
#include "samples.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

BOOST_AUTO_TEST_SUITE(tags_as_text)

using namespace troupe;
using namespace troupe::dicom::test;
using dicom::tag_format;

namespace {

dicom::tags_text read(const std::string& data_set, tag_format format = tag_format::brief) {
  auto tags = dicom::read_tags(bytes_of(frame() + data_set), {.format = format});
  BOOST_TEST_REQUIRE(tags.has_value());
  return *std::move(tags);
}

} // namespace

BOOST_AUTO_TEST_CASE(the_text_of_every_sample_is_what_a_json_library_would_print) {
  std::size_t read = 0;
  for (const auto& path : sample_files()) {
    const std::string content = content_of(path);
    for (const auto format : {tag_format::full, tag_format::brief, tag_format::simplified})
      if (const auto tags = dicom::read_tags(bytes_of(content), {.format = format, .whole = true})) {
        ++read;
        BOOST_TEST_CONTEXT(path) {
          const std::string text = tags->object() + '\n';
          BOOST_TEST(text == pretty(nlohmann::json::parse(text)));
        }
      }
  }
  BOOST_TEST(read > 450U);
}

BOOST_AUTO_TEST_CASE(members_are_in_order_whatever_the_order_of_the_file) {
  const std::string backwards = element(0x00100020, "LO", "I") + element(0x00100010, "PN", "N")
                                + element(0x00080060, "CS", "CT") + element(0x00100010, "PN", "second");
  BOOST_TEST(read(backwards).object()
             == "{\n   \"0008,0060\": \"CT\",\n   \"0010,0010\": \"N\",\n   \"0010,0020\": \"I\"\n}");
  BOOST_TEST(read(backwards, tag_format::simplified).object()
             == "{\n   \"Modality\": \"CT\",\n   \"PatientID\": \"I\",\n   \"PatientName\": \"N\"\n}");
  BOOST_TEST(read(element(0x00101002, "SQ", item(backwards))).object()
             == "{\n   \"0010,1002\": [\n      {\n         \"0008,0060\": \"CT\",\n         \"0010,0010\": \"N\",\n"
                "         \"0010,0020\": \"I\"\n      }\n   ]\n}");
}

BOOST_AUTO_TEST_CASE(empty_data_sets_sequences_and_items_are_short) {
  BOOST_TEST(read("").object() == "{}");
  BOOST_TEST(read(element(0x00101002, "SQ", "")).object() == "{\n   \"0010,1002\": []\n}");
  BOOST_TEST(read(element(0x00101002, "SQ", item(""))).object() == "{\n   \"0010,1002\": [\n      {}\n   ]\n}");
}

BOOST_AUTO_TEST_CASE(special_characters_are_escaped) {
  BOOST_TEST(read(element(0x00204000, "LT", "\"\\\r\n\t\x01\x7f!")).object()
             == "{\n   \"0020,4000\": \"\\\"\\\\\\r\\n\\t\\u0001\x7f!\"\n}");
}

BOOST_AUTO_TEST_CASE(some_members_can_be_kept) {
  auto tags = read(element(0x00100010, "PN", "N") + element(0x00100020, "LO", "I"));
  tags.keep([](const auto& each) { return each.tag == 0x00100020; });
  BOOST_TEST(tags.object() == "{\n   \"0010,0020\": \"I\"\n}");
}

BOOST_AUTO_TEST_CASE(the_header_shows_texts_and_lengths_only) {
  const std::string file = frame() + element(0x00100010, "PN", "N");
  const auto header = dicom::read_meta_tags(bytes_of(file), {.format = tag_format::simplified});
  BOOST_TEST_REQUIRE(header.has_value());
  BOOST_TEST(
    header->object()
    == "{\n   \"FileMetaInformationGroupLength\": \"28\",\n   \"TransferSyntaxUID\": \"1.2.840.10008.1.2.1\"\n}");
  const auto none = dicom::read_meta_tags(bytes_of(element(0x00080005, "CS", "ISO_IR 100")), {});
  BOOST_TEST(none.value().object() == "{}");
}

BOOST_AUTO_TEST_CASE(text_without_end_is_refused) {
  // Each element of 8 bytes is a line that is indented 128 times.
  std::string nested;
  for (int i = 0; i < 60; ++i)
    nested +=
      element_of_length(0x00101002, "SQ", "", undefined_length) + implicit_of_length(0xfffee000, "", undefined_length);
  for (dicom_tag tag = 0x00110000; tag < 0x00110000 + 900'000; ++tag)
    nested += tag_bytes(tag | 0x10000) + "LO" + number_16(0);
  const auto tags = dicom::read_tags(bytes_of(frame() + nested), {});
  BOOST_TEST_REQUIRE(tags.has_error());
  BOOST_TEST((tags.error().code() == error_code::not_enough_memory));
}

BOOST_AUTO_TEST_SUITE_END()
