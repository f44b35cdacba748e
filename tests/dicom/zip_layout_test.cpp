#include "dicom/ascii_folding.hpp"
#include "dicom/zip_layout.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <set>
#include <string>

BOOST_AUTO_TEST_SUITE(zip_names)

using namespace troupe;
using dicom::patient_folder;
using dicom::zip_layout;

namespace {

tag_values patient(std::string id, std::string name) {
  return {{0x00100010, std::move(name)}, {0x00100020, std::move(id)}};
}

tag_values series_tags(std::string modality) {
  return {{0x00080060, std::move(modality)}, {0x0008103e, "Head"}};
}

orthanc_id id(std::uint8_t number) {
  orthanc_id made;
  made.bytes[0] = number;
  return made;
}

/// A layout with short words for its long arguments.
struct fixture {
  std::string add(std::uint8_t in_series, std::optional<std::uint32_t> number = std::nullopt,
                  const std::string& modality = "CT") {
    return layout.entry_name(id(1), id(2), id(in_series), patient("P1", "A^B"), {{0x00081030, "Study"}},
                             series_tags(modality), number);
  }

  zip_layout layout;
};

} // namespace

BOOST_AUTO_TEST_CASE(folders_are_named_after_two_tags) {
  BOOST_TEST(patient_folder(patient("P1", "Doe^Jane")) == "P1 Doe Jane");
  BOOST_TEST(dicom::study_folder({{0x00080050, "A1"}, {0x00081030, "Head CT"}}) == "A1 Head CT");
  BOOST_TEST(dicom::series_folder({{0x00080060, "CT"}, {0x0008103e, "1.5 mm"}}) == "CT 1.5 mm");
}

BOOST_AUTO_TEST_CASE(a_folder_without_tags_is_unknown) {
  BOOST_TEST(patient_folder({}) == "Unknown Patient");
  BOOST_TEST(patient_folder(patient(" ", "^^")) == "Unknown Patient");
  BOOST_TEST(dicom::study_folder({}) == "Unknown Study");
  BOOST_TEST(dicom::series_folder({}) == "Unknown Series");
}

BOOST_AUTO_TEST_CASE(nothing_leads_out_of_the_archive) {
  BOOST_TEST(patient_folder(patient("..", "")) == "Unknown Patient");
  BOOST_TEST(patient_folder(patient("../../etc", "passwd")) == "etc passwd");
  BOOST_TEST(patient_folder(patient("C:\\x", "a\nb\x01")) == "C x a b");
  BOOST_TEST(patient_folder(patient("a.", "b..")) == "a. b");
}

BOOST_AUTO_TEST_CASE(marks_are_taken_off_and_other_scripts_dropped) {
  BOOST_TEST(patient_folder(patient("P", "Müller^Éric=山田")) == "P Muller Eric");
  BOOST_TEST(dicom::ascii_folded("Łódź ß Æ e\u0301 ÿ × Ž") == "Lodz ss AE e y   Z");
}

BOOST_AUTO_TEST_CASE(any_name_is_safe) {
  const unsigned seed = 5;
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 5000; ++i) {
    std::string text(random() % 200, ' ');
    for (char& c : text)
      c = random() % 3 == 0 ? '.' : static_cast<char>(random());
    const std::string name = patient_folder(patient(text, text));
    BOOST_TEST_REQUIRE(!name.empty());
    BOOST_TEST_REQUIRE(name.size() <= 100U);
    BOOST_TEST_REQUIRE(name != ".");
    BOOST_TEST_REQUIRE(name != "..");
    for (const char c : name)
      BOOST_TEST_REQUIRE((c >= ' ' && c < 0x7f && c != '/' && c != '\\'));
  }
}

BOOST_FIXTURE_TEST_CASE(files_are_numbered_by_their_instance_number, fixture) {
  BOOST_TEST(add(3, 7) == "P1 A B/Study/CT Head/CT000007.dcm");
  BOOST_TEST(add(3, 12345678) == "P1 A B/Study/CT Head/CT12345678.dcm");
}

BOOST_FIXTURE_TEST_CASE(files_without_a_number_of_their_own_get_the_next_free_one, fixture) {
  BOOST_TEST(add(3, 1) == "P1 A B/Study/CT Head/CT000001.dcm");
  BOOST_TEST(add(3) == "P1 A B/Study/CT Head/CT000000.dcm");
  BOOST_TEST(add(3, 1) == "P1 A B/Study/CT Head/CT000002.dcm");
  BOOST_TEST(add(3, 2) == "P1 A B/Study/CT Head/CT000003.dcm");
}

BOOST_FIXTURE_TEST_CASE(the_prefix_is_two_letters_of_the_modality, fixture) {
  BOOST_TEST(add(3, 1, "mr").ends_with("/MR000001.dcm"));
  BOOST_TEST(add(4, 1, "X").ends_with("/X0000001.dcm"));
  BOOST_TEST(add(5, 1, "").ends_with("/00000001.dcm"));
  BOOST_TEST(add(6, 1, "RTSTRUCT").ends_with("/RT000001.dcm"));
}

BOOST_FIXTURE_TEST_CASE(folders_that_clash_get_a_suffix, fixture) {
  BOOST_TEST(add(3, 1) == "P1 A B/Study/CT Head/CT000001.dcm");
  BOOST_TEST(add(4, 1) == "P1 A B/Study/CT Head-2/CT000001.dcm");
  BOOST_TEST(add(5, 1, "ct") == "P1 A B/Study/ct Head-3/CT000001.dcm");
  BOOST_TEST(add(3, 2) == "P1 A B/Study/CT Head/CT000002.dcm");
}

BOOST_AUTO_TEST_CASE(no_name_is_handed_out_twice) {
  const unsigned seed = 6;
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  zip_layout layout;
  std::set<std::string> names;
  for (int i = 0; i < 5000; ++i) {
    const auto p = static_cast<std::uint8_t>(random() % 3);
    const auto s = static_cast<std::uint8_t>(p * 4 + random() % 4);
    const auto r = static_cast<std::uint8_t>(s * 4 + random() % 4);
    const std::optional<std::uint32_t> number =
      random() % 3 == 0 ? std::nullopt : std::optional<std::uint32_t>(random() % 200);
    const std::string long_name(random() % 2 == 0 ? 120 : 3, 'x');
    const std::string name =
      layout.entry_name(id(p), id(s), id(r), patient("P", long_name), {{0x00081030, random() % 2 == 0 ? "S" : "S-2"}},
                        series_tags("CT"), number);
    BOOST_TEST_REQUIRE(names.insert(name).second, name);
  }
}

BOOST_AUTO_TEST_SUITE_END()
