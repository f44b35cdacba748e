#include "data_set_builder.hpp"
#include "dicom/scan.hpp"
#include "dicom/tags_json.hpp"
#include "samples.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <random>
#include <span>

BOOST_AUTO_TEST_SUITE(sample_data)

using namespace troupe;
using namespace troupe::dicom::test;

namespace {

/// Reads a file in every way there is. What is made of it must be valid UTF-8, or `dump` throws.
void read_all(std::span<const std::byte> file) {
  (void)dicom::scan(file);
  for (const auto format : {dicom::tag_format::full, dicom::tag_format::brief, dicom::tag_format::simplified})
    if (const auto tags = dicom::tags_json(file, {.format = format, .ignore_length = {}, .whole = true}))
      (void)tags->dump();
}

std::string patient_name(std::string_view sample_name) {
  const std::string file = sample(sample_name);
  const auto tags = dicom::tags_json(bytes_of(file), {.format = dicom::tag_format::simplified, .ignore_length = {}});
  BOOST_TEST_REQUIRE(tags.has_value());
  return tags->at("PatientName").get<std::string>();
}

/// Something wrong somewhere: a flipped bit, a number in its place, a piece less, a piece twice.
std::string mutated(std::string file, std::mt19937& random) {
  const auto place = [&] { return random() % file.size(); };
  for (auto changes = 1 + random() % 4; changes != 0 && !file.empty(); --changes)
    switch (random() % 5) {
    case 0:
      file[place()] ^= static_cast<char>(1 << random() % 8);
      break;
    case 1: {
      constexpr std::array<std::uint32_t, 8> lengths{0, 1, 7, 0xfffe, 0xffff, 0x7fffffff, 0xfffffffe, 0xffffffff};
      const std::string number = number_32(lengths[random() % lengths.size()]).substr(0, random() % 2 == 0 ? 2 : 4);
      const std::size_t at = place();
      file.replace(at, std::min(number.size(), file.size() - at), number);
      break;
    }
    case 2:
      file.resize(place());
      break;
    case 3:
      file.erase(place(), 1 + random() % 16);
      break;
    default: {
      const std::string piece = file.substr(place(), random() % 64);
      file.insert(place(), piece);
    }
    }
  return file;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_sample_is_read_or_refused) {
  std::size_t accepted = 0;
  const auto files = sample_files();
  for (const auto& path : files) {
    BOOST_TEST_CONTEXT(path) {
      const std::string content = content_of(path);
      BOOST_REQUIRE_NO_THROW(read_all(bytes_of(content)));
      accepted += dicom::scan(bytes_of(content)).has_value() ? 1 : 0;
    }
  }
  BOOST_TEST(files.size() > 190U);
  BOOST_TEST(accepted >= 150U);
}

BOOST_AUTO_TEST_CASE(a_sample_has_the_ids_that_orthanc_gives_it) {
  const std::string file = sample("test_files/CT_small.dcm");
  const auto summary = dicom::scan(bytes_of(file));
  BOOST_TEST_REQUIRE(summary.has_value());
  BOOST_TEST(summary->ids[0].text() == "fa558bce-587a86d3-ad0da9b3-9d043d9d-4f5c5718");
  BOOST_TEST(summary->ids[1].text() == "8a8cf898-ca27c490-d0c7058c-929d0581-2bbf104d");
  BOOST_TEST(summary->ids[2].text() == "93034833-163e42c3-bc9a428b-194620cf-2c5799e5");
  BOOST_TEST(summary->ids[3].text() == "f689ddd2-662f8fe1-8b18180d-ec2a2cee-937917af");
  BOOST_TEST(summary->pixel_data_offset.value_or(0) == 6288U);
}

BOOST_AUTO_TEST_CASE(samples_in_each_encoding_are_the_same_image) {
  const auto ids_of = [](std::string_view name) {
    const std::string file = sample(name);
    const auto summary = dicom::scan(bytes_of(file));
    BOOST_TEST_REQUIRE(summary.has_value());
    return summary->ids;
  };
  const auto explicit_ids = ids_of("test_files/MR_small.dcm");
  BOOST_TEST((ids_of("test_files/MR_small_implicit.dcm")[0] == explicit_ids[0]));
  BOOST_TEST((ids_of("test_files/MR_small_bigendian.dcm")[0] == explicit_ids[0]));
  BOOST_TEST((ids_of("test_files/MR_small_RLE.dcm")[0] == explicit_ids[0]));
}

BOOST_AUTO_TEST_CASE(samples_of_character_sets_are_read) {
  BOOST_TEST(patient_name("charset_files/chrArab.dcm") == "قباني^لنزار");
  BOOST_TEST(patient_name("charset_files/chrFren.dcm") == "Buc^Jérôme");
  BOOST_TEST(patient_name("charset_files/chrFrenMulti.dcm") == "Buc^Jérôme");
  BOOST_TEST(patient_name("charset_files/chrGerm.dcm") == "Äneas^Rüdiger");
  BOOST_TEST(patient_name("charset_files/chrGreek.dcm") == "Διονυσιος");
  BOOST_TEST(patient_name("charset_files/chrH31.dcm") == "Yamada^Tarou=山田^太郎=やまだ^たろう");
  BOOST_TEST(patient_name("charset_files/chrH32.dcm") == "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう");
  BOOST_TEST(patient_name("charset_files/chrHbrw.dcm") == "שרון^דבורה");
  BOOST_TEST(patient_name("charset_files/chrI2.dcm") == "Hong^Gildong=洪^吉洞=홍^길동");
  BOOST_TEST(patient_name("charset_files/chrJapMulti.dcm") == "やまだ^たろう");
  BOOST_TEST(patient_name("charset_files/chrJapMultiExplicitIR6.dcm") == "やまだ^たろう");
  BOOST_TEST(patient_name("charset_files/chrKoreanMulti.dcm") == "김희중");
  BOOST_TEST(patient_name("charset_files/chrRuss.dcm") == "Люкceмбypг");
  BOOST_TEST(patient_name("charset_files/chrX1.dcm") == "Wang^XiaoDong=王^小東=");
  BOOST_TEST(patient_name("charset_files/chrX2.dcm") == "Wang^XiaoDong=王^小东=");
}

BOOST_AUTO_TEST_CASE(twenty_thousand_damaged_samples_do_no_harm) {
  std::vector<std::string> originals;
  for (const auto& path : sample_files())
    if (std::filesystem::file_size(path) < 20'000)
      originals.push_back(content_of(path));
  const unsigned seed = 4711;
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  std::size_t refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string damaged = mutated(originals[random() % originals.size()], random);
    // On the heap, with nothing behind it: a read too far is seen by the address sanitizer.
    const std::vector<std::byte> exact(bytes_of(damaged).begin(), bytes_of(damaged).end());
    BOOST_REQUIRE_NO_THROW(read_all(exact));
    refused += dicom::scan(exact).has_error() ? 1 : 0;
  }
  BOOST_TEST(refused > 1000U);
  BOOST_TEST(refused < 19'000U);
}

BOOST_AUTO_TEST_SUITE_END()
