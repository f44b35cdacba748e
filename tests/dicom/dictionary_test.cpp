#include "core/main_dicom_tags.hpp"
#include "dicom/dictionary.hpp"
#include "dicom/tags_json.hpp"

#include <boost/test/unit_test.hpp>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdicent.h>
#include <dcmtk/dcmdata/dcdict.h>

#include <array>
#include <random>
#include <string>

BOOST_AUTO_TEST_SUITE(dictionary)

using namespace troupe;
using dicom::find_tag;
using dicom::vr;

namespace {

/// DCMTK's answer.
std::string name_in_dcmtk(dicom_tag tag, const char* creator) {
  const DcmTagKey key(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xffff));
  const DcmDictEntry* entry = dcmDataDict.rdlock().findEntry(key, creator);
  std::string name = entry == nullptr ? "" : entry->getTagName();
  dcmDataDict.rdunlock();
  return name;
}

std::string name_in_ours(dicom_tag tag, const char* creator) {
  const dicom::tag_info* info = find_tag(tag, creator == nullptr ? "" : creator);
  return std::string{info == nullptr ? std::string_view{} : info->name};
}

} // namespace

BOOST_AUTO_TEST_CASE(tags_have_their_names_and_types) {
  BOOST_TEST_REQUIRE(find_tag(0x00100010));
  BOOST_TEST(find_tag(0x00100010)->name == "PatientName");
  BOOST_TEST((find_tag(0x00100010)->type == vr::pn));
  BOOST_TEST((find_tag(0x00081140)->type == vr::sq));
  BOOST_TEST((find_tag(0x00280106)->type == vr::xs));
  BOOST_TEST((find_tag(0x7fe00010)->type == vr::ow));
  BOOST_TEST(find_tag(0x60020010)->name == "OverlayRows");
  BOOST_TEST(find_tag(0x00280000)->name == "GenericGroupLength");
  BOOST_TEST(!find_tag(0x3ffe0001));
}

BOOST_AUTO_TEST_CASE(private_tags_are_known_with_their_creator_only) {
  BOOST_TEST_REQUIRE(find_tag(0x00291010, "SIEMENS CSA HEADER"));
  BOOST_TEST(find_tag(0x00291010, "SIEMENS CSA HEADER")->name == "CSAImageHeaderInfo");
  BOOST_TEST(find_tag(0x00295510, "SIEMENS CSA HEADER")->name == "CSAImageHeaderInfo");
  BOOST_TEST(!find_tag(0x00291010));
  BOOST_TEST(!find_tag(0x00291010, "NOBODY"));
}

BOOST_AUTO_TEST_CASE(it_says_what_dcmtk_says) {
  const unsigned seed = 20;
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  constexpr std::array<const char*, 4> creators{nullptr, "GEMS_IDEN_01", "SIEMENS CSA HEADER",
                                                "Philips Imaging DD 001"};
  constexpr std::array<dicom_tag, 12> groups{0x00, 0x02, 0x08, 0x09,   0x10,   0x18,
                                             0x20, 0x28, 0x29, 0x5002, 0x6004, 0x2001};
  std::size_t known = 0;
  for (int i = 0; i < 200'000; ++i) {
    const auto number = static_cast<dicom_tag>(random());
    const dicom_tag tag = groups[random() % groups.size()] << 16 | (number & (i % 2 == 0 ? 0x11ffU : 0xffffU));
    const char* creator = creators[random() % creators.size()];
    const std::string name = name_in_ours(tag, creator);
    known += name.empty() ? 0 : 1;
    if (main_dicom_tag_keyword(tag).empty() && name != name_in_dcmtk(tag, creator))
      BOOST_ERROR(std::hex << tag << " of " << (creator ? creator : "-") << ": " << name << ", not "
                           << name_in_dcmtk(tag, creator));
  }
  BOOST_TEST(known > 3000U);
}

BOOST_AUTO_TEST_CASE(main_tags_have_their_names_of_the_index) {
  for (const main_dicom_tag& row : main_dicom_tags())
    BOOST_TEST(find_tag(row.tag)->name == row.keyword);
}

BOOST_AUTO_TEST_CASE(ranks_are_in_the_order_of_names) {
  const auto rank = [](dicom_tag tag) { return dicom::describe_tag(tag).rank; };
  BOOST_TEST(rank(0x00080050) < rank(0x00100010)); // AccessionNumber, PatientName
  BOOST_TEST(rank(0x00100010) < rank(0x00100040)); // PatientSex
  BOOST_TEST(rank(0x00100040) < rank(0x00111111)); // Unknown Tag & Data
  BOOST_TEST(rank(0x00111111) < rank(0x00540220)); // ViewCodeSequence
  BOOST_TEST(dicom::describe_tag(0x00111111).name == dicom::unknown_tag_name);
  BOOST_TEST(rank(0x00111111) == rank(0x00131111));
}

BOOST_AUTO_TEST_CASE(a_tag_is_parsed_in_each_of_its_spellings) {
  for (const char* text : {"PatientName", "0010,0010", "0010-0010", "00100010"}) {
    BOOST_TEST_CONTEXT(text)
    BOOST_TEST(dicom::parse_tag(text).value_or(0) == 0x00100010U);
  }
  BOOST_TEST(dicom::parse_tag("7fe0,0010").value_or(0) == 0x7fe00010U);
  BOOST_TEST(dicom::parse_tag("7FE0-0010").value_or(0) == 0x7fe00010U);
  BOOST_TEST(dicom::parse_tag("OtherPatientIDs").value_or(0) == 0x00101000U);
  BOOST_TEST(dicom::parse_tag("RETIRED_OtherPatientIDs").value_or(0) == 0x00101000U);
}

BOOST_AUTO_TEST_CASE(what_is_no_tag_is_not_parsed) {
  for (const char* text : {"", "Patient", "patientname", "0010;0010", "0010,001", "0010,00100", "+010,0010",
                           "0010,-010", "0x10,0010", "0010 0010", "0010,001g"}) {
    BOOST_TEST_CONTEXT(text)
    BOOST_TEST(!dicom::parse_tag(text));
  }
}

BOOST_AUTO_TEST_SUITE_END()
