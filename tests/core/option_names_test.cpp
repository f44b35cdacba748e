#include <troupe/options.hpp>

#include "core/option_names.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

namespace troupe {

namespace {

std::string random_word(std::mt19937& random) {
  std::string word(random() % 8, 'a');
  for (auto& c : word)
    c = static_cast<char>('a' + random() % 3);
  return word;
}

} // namespace

BOOST_AUTO_TEST_SUITE(option_names)

BOOST_AUTO_TEST_CASE(spelling_does_not_matter_to_letters) {
  BOOST_TEST(letters_of("STORE_MD5_FOR_ATTACHMENTS") == letters_of("StoreMD5ForAttachments"));
  BOOST_TEST(letters_of("_-.") == "");
  const options all;
  BOOST_TEST((find_by_letters(all, "HTTP_PORT") == &all.http_port));
  BOOST_TEST((find_by_letters(all, "HTTP_PORTS") == nullptr));
}

BOOST_AUTO_TEST_CASE(an_edit_is_a_letter_more_less_other_or_swapped) {
  BOOST_TEST(edit_distance("", "") == 0U);
  BOOST_TEST(edit_distance("port", "port") == 0U);
  BOOST_TEST(edit_distance("port", "ports") == 1U);
  BOOST_TEST(edit_distance("port", "pot") == 1U);
  BOOST_TEST(edit_distance("port", "part") == 1U);
  BOOST_TEST(edit_distance("port", "prot") == 1U);
  BOOST_TEST(edit_distance("", "port") == 4U);
  BOOST_TEST(edit_distance("kitten", "sitting") == 3U);
}

BOOST_AUTO_TEST_CASE(edit_distance_is_symmetric_and_lies_between_its_bounds) {
  std::mt19937 random(20200405);
  for (int i = 0; i < 2000; ++i) {
    const auto a = random_word(random), b = random_word(random);
    BOOST_TEST_CONTEXT(a << " " << b) {
      const auto distance = edit_distance(a, b);
      BOOST_TEST(distance == edit_distance(b, a));
      BOOST_TEST((distance == 0) == (a == b));
      BOOST_TEST(distance <= std::max(a.size(), b.size()));
      BOOST_TEST(distance >= std::max(a.size(), b.size()) - std::min(a.size(), b.size()));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_nearest_option_is_suggested_but_not_a_far_one) {
  const options all;
  BOOST_TEST(nearest_option(all, "HttpProt") == "HttpPort");
  BOOST_TEST(nearest_option(all, "httpport") == "HttpPort");
  BOOST_TEST(nearest_option(all, "ConcurentJobs") == "ConcurrentJobs");
  BOOST_TEST(nearest_option(all, "StorageDirectroy") == "StorageDirectory");
  BOOST_TEST(nearest_option(all, "Colour") == "");
  BOOST_TEST(nearest_option(all, "") == "");
  BOOST_TEST(nearest_option(all, "HttpPort" + std::string(100, '_')) == "");
}

BOOST_AUTO_TEST_CASE(options_of_orthanc_are_known_in_both_spellings) {
  BOOST_TEST(is_orthanc_option("DicomPort"));
  BOOST_TEST(is_orthanc_option("DICOM_PORT"));
  BOOST_TEST(is_orthanc_option("HTTPS_CA_CERTIFICATES"));
  BOOST_TEST(is_orthanc_option("CASE_SENSITIVE_PN"));
  BOOST_TEST(!is_orthanc_option("DicomAetitle"));
  BOOST_TEST(!is_orthanc_option(""));
}

BOOST_AUTO_TEST_CASE(no_option_is_called_unsupported_that_we_have) {
  const options all;
  for (const auto* option : all.all())
    BOOST_TEST(!is_orthanc_option(option->name()), option->name());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
