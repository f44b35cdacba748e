#include "dicom/identifiers.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(identifiers)

using troupe::dicom::orthanc_ids;

BOOST_AUTO_TEST_CASE(the_four_levels_have_the_names_that_orthanc_gives_them) {
  const auto ids = orthanc_ids("OV1", "1.2.3.4.5.2", "1.2.3.4.5.3", "1.2.3.4.5.1");
  BOOST_TEST(ids[0].text() == "fe72c6f9-9624df3f-3194bb66-efb08613-4c4c9323");
  BOOST_TEST(ids[1].text() == "48502159-606e2e0d-0f05f2bb-a6063dd3-a6a29d71");
  BOOST_TEST(ids[2].text() == "cf1a6f1c-1c3e0e0f-32348889-d1f0692f-cc494bb2");
  BOOST_TEST(ids[3].text() == "907459f3-6149bfb5-cc13a5a4-bed56117-98ab54d9");
}

BOOST_AUTO_TEST_CASE(a_patient_is_named_by_its_id_alone) {
  BOOST_TEST(orthanc_ids("P1", "1", "2", "3")[0].text() == "bdaf1eca-33d4619e-80e8ca68-9a1b74a4-febbbb29");
  BOOST_TEST(orthanc_ids("", "1", "2", "3")[0].text() == "da39a3ee-5e6b4b0d-3255bfef-95601890-afd80709");
}

BOOST_AUTO_TEST_CASE(an_id_that_is_not_ascii_counts_in_utf_8) {
  BOOST_TEST(orthanc_ids("P\xc3\xa9", "", "", "")[0].text() == "d5127b1b-e95ad432-a67b389c-383bd578-a2ba9bdf");
}

BOOST_AUTO_TEST_SUITE_END()
