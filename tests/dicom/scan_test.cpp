#include "data_set_builder.hpp"
#include "dicom/scan.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <zlib.h>

BOOST_AUTO_TEST_SUITE(scan_file)

using namespace troupe;
using namespace troupe::dicom::test;
using dicom::scan;
using dicom::scan_limits;

namespace {

instance_summary accepted(const std::string& file) {
  const auto scanned = scan(bytes_of(file));
  BOOST_TEST_REQUIRE(scanned.has_value(), (scanned.has_error() ? scanned.error().details() : ""));
  return *scanned;
}

/// Why the file is refused.
std::string refusal(const std::string& file, const scan_limits& limits = {},
                    error_code code = error_code::bad_file_format) {
  const auto scanned = scan(bytes_of(file), limits);
  BOOST_TEST_REQUIRE(scanned.has_error());
  BOOST_TEST((scanned.error().code() == code));
  return scanned.error().details();
}

std::string value_of(const instance_summary& summary, resource_level level, dicom_tag tag) {
  const auto& values = summary.tags[static_cast<std::size_t>(level)];
  const auto found = std::ranges::find(values, tag, &tag_value::tag);
  return found == values.end() ? "(absent)" : found->value;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string deflated(const std::string& text) {
  z_stream stream{};
  BOOST_TEST_REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  BOOST_TEST_REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// Sequences in sequences, `levels` of them.
std::string nested(std::size_t levels) {
  std::string out;
  for (std::size_t i = 0; i < levels; ++i)
    out +=
      element_of_length(0x00081140, "SQ", "", undefined_length) + implicit_of_length(0xfffee000, "", undefined_length);
  for (std::size_t i = 0; i < levels; ++i)
    out += item_end() + sequence_end();
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(an_instance_gets_its_ids_and_main_tags) {
  const auto summary = accepted(frame()
                                + identified(element(0x00080060, "CS", "CT") + element(0x00081030, "LO", "Head ")
                                             + element(0x00100010, "PN", "A^B"))
                                + element(0x00200013, "IS", "7"));
  BOOST_TEST(summary.id(resource_level::patient).text() == "fe72c6f9-9624df3f-3194bb66-efb08613-4c4c9323");
  BOOST_TEST(summary.id(resource_level::instance).text() == "907459f3-6149bfb5-cc13a5a4-bed56117-98ab54d9");
  BOOST_TEST(value_of(summary, resource_level::patient, 0x00100010) == "A^B");
  BOOST_TEST(value_of(summary, resource_level::patient, 0x00100020) == "OV1");
  BOOST_TEST(value_of(summary, resource_level::study, 0x00081030) == "Head");
  BOOST_TEST(value_of(summary, resource_level::series, 0x00080060) == "CT");
  BOOST_TEST(value_of(summary, resource_level::instance, 0x00200013) == "7");
  BOOST_TEST(value_of(summary, resource_level::study, 0x00080020) == "(absent)");
  BOOST_TEST(summary.transfer_syntax == "1.2.840.10008.1.2.1");
  BOOST_TEST(summary.sop_class == "1.2.840.10008.5.1.4.1.1.7");
  BOOST_TEST(summary.index_in_series.value_or(0) == 7U);
  BOOST_TEST(!summary.pixel_data_offset);
}

BOOST_AUTO_TEST_CASE(main_tags_are_ordered_and_empty_ones_are_kept) {
  const auto summary = accepted(frame() + identified(element(0x00080050, "SH", "")) + element(0x00200010, "SH", "S"));
  BOOST_TEST(value_of(summary, resource_level::study, 0x00080050) == "");
  for (const auto& values : summary.tags)
    BOOST_TEST(std::ranges::is_sorted(values, {}, &tag_value::tag));
}

BOOST_AUTO_TEST_CASE(numbers_become_decimal_text) {
  const auto summary = accepted(frame() + identified() + element(0x00280008, "UL", number_32(70'000))
                                + element(0x00541330, "US", number_16(17)));
  BOOST_TEST(value_of(summary, resource_level::instance, 0x00280008) == "70000");
  BOOST_TEST(summary.index_in_series.value_or(0) == 17U);
}

BOOST_AUTO_TEST_CASE(only_whole_numbers_are_an_index_in_the_series) {
  const auto index_of = [](const std::string& number) {
    return accepted(frame() + identified() + element(0x00200013, "IS", number)).index_in_series;
  };
  BOOST_TEST(index_of(" 12 ").value_or(0) == 12U);
  BOOST_TEST(index_of("+3").value_or(0) == 3U);
  for (const char* wrong : {"", "-5", "1.5", "3\\4", "99999999999", "x"})
    BOOST_TEST(!index_of(wrong), wrong);
}

BOOST_AUTO_TEST_CASE(values_are_utf_8_and_those_above_256_bytes_are_not_kept) {
  const auto summary = accepted(
    frame() + element(0x00080005, "CS", "ISO_IR 100")
    + identified(element(0x00080080, "LO", "Universit\xe4t") + element(0x0008103e, "LO", std::string(258, 'x'))));
  BOOST_TEST(value_of(summary, resource_level::study, 0x00080080) == "Universität");
  BOOST_TEST(value_of(summary, resource_level::series, 0x0008103e) == "(absent)");
}

BOOST_AUTO_TEST_CASE(a_patient_id_counts_in_utf_8) {
  const auto id_of = [](const std::string& set, const std::string& id) {
    return accepted(frame() + element(0x00080005, "CS", set) + element(0x00080018, "UI", "1")
                    + element(0x00100020, "LO", id) + element(0x0020000d, "UI", "2") + element(0x0020000e, "UI", "3"))
      .id(resource_level::patient);
  };
  BOOST_TEST(id_of("ISO_IR 100", "P\xe9").text() == "d5127b1b-e95ad432-a67b389c-383bd578-a2ba9bdf");
  BOOST_TEST((id_of("ISO_IR 192", "P\xc3\xa9") == id_of("ISO_IR 100", "P\xe9")));
  BOOST_TEST((id_of("ISO_IR 100", "P1  ") == id_of("ISO_IR 100", "P1")));
}

BOOST_AUTO_TEST_CASE(a_patient_id_that_cannot_be_kept_is_not_taken_for_none) {
  const auto scanned = [](const std::string& id) {
    return dicom::scan(bytes_of(frame() + element(0x00080018, "UI", "1") + id + element(0x0020000d, "UI", "2")
                                + element(0x0020000e, "UI", "3")));
  };
  BOOST_TEST(scanned(element(0x00100020, "LO", std::string(256, 'x'))).has_value());
  BOOST_TEST((scanned(element(0x00100020, "LO", std::string(258, 'x'))).error().code() == error_code::bad_file_format));
  BOOST_TEST(
    (scanned("")->id(resource_level::patient) == scanned(element(0x00100020, "LO", ""))->id(resource_level::patient)));
}

BOOST_AUTO_TEST_CASE(the_first_of_two_equal_tags_counts_and_those_in_items_do_not) {
  const auto summary = accepted(frame()
                                + identified(element(0x00081140, "SQ", item(element(0x00100010, "PN", "C")))
                                             + element(0x00100010, "PN", "A") + element(0x00100010, "PN", "B")));
  BOOST_TEST(value_of(summary, resource_level::patient, 0x00100010) == "A");
}

BOOST_AUTO_TEST_CASE(pixel_data_is_found_with_its_offset) {
  const std::string before = frame() + identified();
  const auto native = accepted(before + element(0x7fe00010, "OW", "abcd"));
  BOOST_TEST(native.pixel_data_offset.value_or(0) == before.size());
  BOOST_TEST(native.pixel_data_vr == "OW");

  const std::string encapsulated = frame("1.2.840.10008.1.2.4.50") + identified();
  const std::string fragments = item("") + item("abcd") + sequence_end();
  const auto compressed = accepted(encapsulated + element_of_length(0x7fe00010, "OB", fragments, undefined_length));
  BOOST_TEST(compressed.pixel_data_offset.value_or(0) == encapsulated.size());
  BOOST_TEST(compressed.pixel_data_vr == "OB");
  BOOST_TEST(contains(refusal(encapsulated + element(0x7fe00010, "OW", "abcd")), "not encapsulated"));
}

BOOST_AUTO_TEST_CASE(pixel_data_of_an_icon_is_not_that_of_the_image) {
  const auto summary =
    accepted(frame() + identified() + element(0x00880200, "SQ", item(element(0x7fe00010, "OW", "ab"))));
  BOOST_TEST(!summary.pixel_data_offset);
}

BOOST_AUTO_TEST_CASE(a_deflated_file_is_inflated) {
  const std::string content = deflated(identified(element(0x00080060, "CS", "MR")) + element(0x7fe00010, "OW", "ab"));
  const auto summary = accepted(frame(deflated_little) + content);
  BOOST_TEST(value_of(summary, resource_level::series, 0x00080060) == "MR");
  BOOST_TEST(!summary.pixel_data_offset);
  BOOST_TEST(contains(refusal(frame(deflated_little) + content.substr(0, content.size() - 4)), "truncated"));
  BOOST_TEST(contains(refusal(frame(deflated_little) + "\xff\xff\xff"), "damaged"));
}

BOOST_AUTO_TEST_CASE(a_deflated_bomb_is_refused) {
  const std::string bomb = deflated(identified() + element(0x00204000, "UT", std::string(40'000'000, 'x')));
  BOOST_TEST(contains(refusal(frame(deflated_little) + bomb), "more than is accepted"));
}

BOOST_AUTO_TEST_CASE(files_without_preamble_or_meta_information_are_read) {
  BOOST_TEST(accepted(identified()).transfer_syntax == "1.2.840.10008.1.2.1");
  BOOST_TEST(accepted(frame().substr(128 + 4) + identified()).transfer_syntax == "1.2.840.10008.1.2.1");
  BOOST_TEST(accepted(std::string(128, '\0') + "DICM" + identified()).transfer_syntax == "1.2.840.10008.1.2.1");
  const std::string plain = implicit(0x00080016, "1.2") + implicit(0x00080018, "1.2.3.1")
                            + implicit(0x0020000d, "1.2.3.2") + implicit(0x0020000e, "1.2.3.3");
  BOOST_TEST(accepted(plain).transfer_syntax == "1.2.840.10008.1.2");
}

BOOST_AUTO_TEST_CASE(a_wrong_length_of_the_meta_information_does_no_harm) {
  const std::string syntax = element(0x00020010, "UI", std::string{explicit_little});
  for (const std::uint32_t length : {0U, 4U, 9999U})
    accepted(std::string(128, '\0') + "DICM" + element(0x00020000, "UL", number_32(length)) + syntax + identified());
}

BOOST_AUTO_TEST_CASE(what_is_no_dicom_file_is_refused) {
  BOOST_TEST(contains(refusal(""), "empty"));
  BOOST_TEST(contains(refusal("x"), "no DICOM file"));
  BOOST_TEST(
    contains(refusal("To whom it may concern: this is a letter, and it has more than one hundred and thirty-two "
                     "characters, so that it reaches beyond the place of the magic word."),
             "no DICOM file"));
  BOOST_TEST(contains(refusal(std::string(1000, '\0')), "no DICOM file"));
  BOOST_TEST(contains(refusal(std::string(128, '\0') + "DICM"), "no elements"));
}

BOOST_AUTO_TEST_CASE(a_file_without_identifiers_is_refused_with_the_name_of_what_is_missing) {
  const std::string study = element(0x0020000d, "UI", "2");
  const std::string series = element(0x0020000e, "UI", "3");
  const std::string instance = element(0x00080018, "UI", "1");
  const auto missing = [](const std::string& elements) {
    return refusal(frame() + elements, {}, error_code::inexistent_tag);
  };
  BOOST_TEST(missing(instance + series) == "StudyInstanceUID (0020,000d) is missing");
  BOOST_TEST(missing(instance + study) == "SeriesInstanceUID (0020,000e) is missing");
  BOOST_TEST(missing(study + series) == "SOPInstanceUID (0008,0018) is missing");
  BOOST_TEST(contains(refusal(frame() + element(0x00080018, "UI", "") + study + series), "SOPInstanceUID"));
  BOOST_TEST(accepted(frame() + instance + study + series).id(resource_level::patient).text()
             == "da39a3ee-5e6b4b0d-3255bfef-95601890-afd80709");
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_nested_sequences_are_refused) {
  const std::string why = refusal(frame() + identified() + nested(100'000));
  BOOST_TEST(contains(why, "nested deeper"));
  BOOST_TEST(contains(why, "(0008,1140)"));
}

BOOST_AUTO_TEST_CASE(nesting_is_accepted_up_to_the_limit) {
  accepted(frame() + identified() + nested(64));
  BOOST_TEST(contains(refusal(frame() + identified() + nested(65)), "nested deeper"));
}

BOOST_AUTO_TEST_CASE(nesting_inside_values_of_unknown_type_counts) {
  std::string bomb;
  for (int i = 0; i < 1000; ++i)
    bomb += implicit_of_length(0x00091001, "", undefined_length) + implicit_of_length(0xfffee000, "", undefined_length);
  const std::string file = frame() + identified() + element_of_length(0x00290010, "UN", "", undefined_length)
                           + implicit_of_length(0xfffee000, "", undefined_length) + bomb;
  BOOST_TEST(contains(refusal(file), "nested deeper"));
  const std::string plain =
    implicit(0x00080018, "1.2.3.1") + implicit(0x0020000d, "1.2.3.2") + implicit(0x0020000e, "1.2.3.3");
  BOOST_TEST(contains(refusal(frame(implicit_little) + plain + bomb), "nested deeper"));
}

BOOST_AUTO_TEST_CASE(more_elements_than_the_limit_are_refused) {
  std::string many;
  for (int i = 0; i < 100; ++i)
    many += element(0x00280010, "US", "ab");
  accepted(frame() + identified() + many);
  BOOST_TEST(contains(refusal(frame() + identified() + many, {.elements = 100}), "more elements"));
  BOOST_TEST(contains(refusal(frame() + identified() + element(0x00081140, "SQ", item("") + item("")), {.elements = 6}),
                      "more elements"));
}

BOOST_AUTO_TEST_CASE(a_length_that_leaves_the_file_is_refused_with_its_place) {
  const std::string before = frame() + identified();
  const std::string why = refusal(before + element_of_length(0x00204000, "LT", "abcd", 6));
  BOOST_TEST(contains(why, "at byte " + std::to_string(before.size()) + ", tag (0020,4000)"));
  refusal(before + element_of_length(0x00204000, "UN", "abcd", 0xfffffffe));
  refusal(before + element_of_length(0x7fe00010, "OW", "abcd", 0x80000000));
}

BOOST_AUTO_TEST_CASE(a_length_that_leaves_its_parent_is_refused) {
  const std::string inner = element(0x00100020, "LO", "abcd");
  const auto sequence = [](const std::string& content) {
    return frame() + identified() + element(0x00400260, "SQ", content);
  };
  accepted(sequence(item(inner)));
  BOOST_TEST(contains(refusal(sequence(implicit_of_length(0xfffee000, inner, 10))), "(0010,0020)"));
  BOOST_TEST(contains(refusal(sequence(implicit_of_length(0xfffee000, inner, 14))), "(fffe,e000)"));
}

BOOST_AUTO_TEST_CASE(missing_delimiters_are_refused) {
  const std::string before = frame() + identified();
  const auto open = [&](const std::string& content) {
    return before + element_of_length(0x00400260, "SQ", content, undefined_length);
  };
  accepted(open(open_item("") + sequence_end()));
  BOOST_TEST(contains(refusal(open(open_item(""))), "delimiter"));
  BOOST_TEST(
    contains(refusal(open(implicit_of_length(0xfffee000, "", undefined_length) + sequence_end())), "not expected"));
  BOOST_TEST(contains(refusal(open("abcdefgh")), "an item of a sequence is expected"));
  BOOST_TEST(contains(refusal(before + element_of_length(0x7fe00010, "OB", item(""), undefined_length)), "delimiter"));
  BOOST_TEST(
    contains(refusal(before + element_of_length(0x00204000, "UT", item(""), undefined_length)), "no sequence"));
}

BOOST_AUTO_TEST_CASE(a_file_that_ends_anywhere_is_refused_or_the_same_instance) {
  const std::string file =
    frame() + identified(element(0x00081140, "SQ", open_item(element(0x00080050, "SH", "A1"))))
    + element_of_length(0x00400260, "SQ", item(element(0x00080050, "SH", "A1")) + sequence_end(), undefined_length)
    + element(0x7fe00010, "OW", "abcdefgh");
  const auto whole = accepted(file);
  std::size_t refused = 0;
  for (std::size_t size = 0; size < file.size(); ++size) {
    const std::string part = file.substr(0, size);
    const auto scanned = scan(bytes_of(part));
    if (scanned.has_error()) {
      BOOST_TEST((scanned.error().code() == error_code::bad_file_format
                  || scanned.error().code() == error_code::inexistent_tag));
      BOOST_TEST(!scanned.error().details().empty());
      ++refused;
    } else {
      BOOST_TEST((scanned->ids == whole.ids));
    }
  }
  // What is complete without its last elements cannot be told from a whole file.
  BOOST_TEST(file.size() - refused == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
