#include "core/main_dicom_tags.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <tuple>

namespace troupe {

namespace {

std::ptrdiff_t count_then(resource_level level) {
  return std::ranges::count(main_dicom_tags(level), false, &main_dicom_tag::since_1_12);
}

} // namespace

BOOST_AUTO_TEST_SUITE(main_dicom_tags_)

BOOST_AUTO_TEST_CASE(each_level_has_as_many_tags_as_orthanc_had_then_and_has_now) {
  using enum resource_level;
  BOOST_TEST(count_then(patient) == 5);
  BOOST_TEST(count_then(study) == 10);
  BOOST_TEST(count_then(series) == 22);
  BOOST_TEST(count_then(instance) == 11);
  BOOST_TEST(main_dicom_tags(patient).size() == 5U);
  BOOST_TEST(main_dicom_tags(study).size() == 11U);
  BOOST_TEST(main_dicom_tags(series).size() == 25U);
  BOOST_TEST(main_dicom_tags(instance).size() == 11U);
  BOOST_TEST(main_dicom_tags().size() == 52U);
}

BOOST_AUTO_TEST_CASE(the_rows_of_a_level_are_all_of_it_and_ordered_by_tag) {
  for (const auto level :
       {resource_level::patient, resource_level::study, resource_level::series, resource_level::instance}) {
    const auto rows = main_dicom_tags(level);
    BOOST_TEST(std::ranges::is_sorted(rows, {}, &main_dicom_tag::tag));
    BOOST_TEST(std::ranges::all_of(rows, [&](const auto& row) { return row.level == level; }));
  }
}

BOOST_AUTO_TEST_CASE(numbers_and_keywords_are_those_of_the_standard) {
  using expected = std::tuple<resource_level, dicom_tag, const char*>;
  using enum resource_level;
  for (const auto& [level, tag, keyword] :
       {expected{patient, 0x00100010, "PatientName"}, expected{patient, 0x00101000, "OtherPatientIDs"},
        expected{study, 0x0020000D, "StudyInstanceUID"}, expected{study, 0x00321032, "RequestingPhysician"},
        expected{series, 0x00080060, "Modality"}, expected{series, 0x00541000, "SeriesType"},
        expected{series, 0x00181090, "CardiacNumberOfImages"}, expected{instance, 0x00080018, "SOPInstanceUID"},
        expected{instance, 0x00541330, "ImageIndex"}}) {
    const auto* row = find_main_dicom_tag(level, tag);
    BOOST_REQUIRE(row != nullptr);
    BOOST_TEST(row->keyword == keyword);
    BOOST_TEST(main_dicom_tag_keyword(tag) == keyword);
  }
}

BOOST_AUTO_TEST_CASE(every_row_is_found_by_its_level_and_tag) {
  for (const auto& row : main_dicom_tags())
    BOOST_TEST((find_main_dicom_tag(row.level, row.tag) == &row));
}

BOOST_AUTO_TEST_CASE(a_tag_may_be_of_two_levels_and_is_not_of_the_others) {
  constexpr dicom_tag orientation = 0x00200037;
  BOOST_TEST((find_main_dicom_tag(resource_level::series, orientation) != nullptr));
  BOOST_TEST((find_main_dicom_tag(resource_level::instance, orientation) != nullptr));
  BOOST_TEST((find_main_dicom_tag(resource_level::study, orientation) == nullptr));
}

BOOST_AUTO_TEST_CASE(other_tags_are_no_main_tags) {
  for (const dicom_tag tag : {0x00000000U, 0x00080005U, 0x7FE00010U, 0xFFFFFFFFU, 0x00400275U}) {
    BOOST_TEST(main_dicom_tag_keyword(tag) == "");
    for (const auto level :
         {resource_level::patient, resource_level::study, resource_level::series, resource_level::instance})
      BOOST_TEST((find_main_dicom_tag(level, tag) == nullptr));
  }
}

BOOST_AUTO_TEST_CASE(what_orthanc_added_later_is_marked) {
  BOOST_TEST(find_main_dicom_tag(resource_level::series, 0x00080201)->since_1_12);
  BOOST_TEST(find_main_dicom_tag(resource_level::series, 0x00400244)->since_1_12);
  BOOST_TEST(!find_main_dicom_tag(resource_level::series, 0x00400254)->since_1_12);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
