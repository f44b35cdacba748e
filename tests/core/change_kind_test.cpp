#include "core/change_kind.hpp"
#include "core/expected_instances.hpp"

#include <boost/test/unit_test.hpp>

namespace troupe {

BOOST_AUTO_TEST_SUITE(change_kinds)

BOOST_AUTO_TEST_CASE(each_kind_has_a_name_of_its_own) {
  for (int i = 0; i <= static_cast<int>(last_change_kind); ++i) {
    const auto kind = static_cast<change_kind>(i);
    BOOST_TEST(!to_text(kind).empty());
    BOOST_TEST((parse_change_kind(to_text(kind)) == kind));
  }
  BOOST_TEST(!parse_change_kind("newinstance"));
  BOOST_TEST(!parse_change_kind(""));
}

BOOST_AUTO_TEST_CASE(a_level_has_its_kinds) {
  using enum resource_level;
  BOOST_TEST(to_text(arrival_of(instance)) == "NewInstance");
  BOOST_TEST(to_text(arrival_of(series)) == "NewSeries");
  BOOST_TEST(to_text(arrival_of(patient)) == "NewPatient");
  BOOST_TEST(to_text(stability_of(series)) == "StableSeries");
  BOOST_TEST(to_text(stability_of(patient)) == "StablePatient");
  BOOST_TEST(to_text(modification_of(study)) == "ModifiedStudy");
}

BOOST_AUTO_TEST_CASE(tags_say_how_many_instances_a_series_has) {
  constexpr dicom_tag images = 0x00201002;
  constexpr dicom_tag positions = 0x00200105;
  constexpr dicom_tag slices = 0x00540081;
  constexpr dicom_tag times = 0x00540101;
  constexpr dicom_tag cardiac = 0x00181090;
  BOOST_TEST((expected_instances({{images, "3"}, {positions, " 2 "}}) == 6));
  BOOST_TEST((expected_instances({{slices, "4"}, {times, "1"}}) == 4));
  BOOST_TEST((expected_instances({{cardiac, "9"}}) == 9));
  BOOST_TEST(!expected_instances({}));
  BOOST_TEST(!expected_instances({{images, "3"}}));
  BOOST_TEST(!expected_instances({{cardiac, "many"}}));
  BOOST_TEST(!expected_instances({{images, "2000000000"}, {positions, "2"}}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
