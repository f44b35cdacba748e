#include "core/orthanc_id.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

namespace troupe {

namespace {

constexpr std::string_view some = "907459f3-6149bfb5-cc13a5a4-bed56117-98ab54d9";

} // namespace

BOOST_AUTO_TEST_SUITE(orthanc_id_)

BOOST_AUTO_TEST_CASE(a_text_becomes_bytes_and_the_same_text_again) {
  const auto id = orthanc_id::parse(some);
  BOOST_REQUIRE(id.has_value());
  BOOST_TEST(id->bytes.front() == 0x90);
  BOOST_TEST(id->bytes[4] == 0x61);
  BOOST_TEST(id->bytes.back() == 0xD9);
  BOOST_TEST(id->text() == some);
  BOOST_TEST(orthanc_id{}.text() == "00000000-00000000-00000000-00000000-00000000");
}

BOOST_AUTO_TEST_CASE(random_ids_survive_being_text) {
  std::mt19937 random(5);
  for (int i = 0; i < 1000; ++i) {
    orthanc_id id;
    std::ranges::generate(id.bytes, [&] { return static_cast<std::uint8_t>(random()); });
    BOOST_TEST((orthanc_id::parse(id.text()) == id));
  }
}

BOOST_AUTO_TEST_CASE(every_other_text_is_refused) {
  BOOST_TEST(!orthanc_id::parse("").has_value());
  BOOST_TEST(!orthanc_id::parse("907459F3-6149BFB5-CC13A5A4-BED56117-98AB54D9").has_value());
  BOOST_TEST(!orthanc_id::parse("907459f36149bfb5cc13a5a4bed5611798ab54d9").has_value());
  BOOST_TEST(!orthanc_id::parse(some.substr(1)).has_value());
  BOOST_TEST(!orthanc_id::parse(std::string(some) + "0").has_value());
  for (std::size_t i = 0; i < some.size(); ++i) {
    for (const char wrong : {'g', '/', ':', '`', '\0', '\n'}) {
      std::string broken(some);
      broken[i] = wrong;
      BOOST_TEST(!orthanc_id::parse(broken).has_value(), broken);
    }
    std::string swapped(some);
    swapped[i] = swapped[i] == '-' ? '0' : '-';
    BOOST_TEST(!orthanc_id::parse(swapped).has_value(), swapped);
  }
}

BOOST_AUTO_TEST_CASE(levels_have_their_names_in_replies_and_in_routes) {
  BOOST_TEST(to_text(resource_level::patient) == "Patient");
  BOOST_TEST(to_text(resource_level::study) == "Study");
  BOOST_TEST(to_text(resource_level::series) == "Series");
  BOOST_TEST(to_text(resource_level::instance) == "Instance");
  BOOST_TEST(plural(resource_level::patient) == "patients");
  BOOST_TEST(plural(resource_level::study) == "studies");
  BOOST_TEST(plural(resource_level::series) == "series");
  BOOST_TEST(plural(resource_level::instance) == "instances");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
