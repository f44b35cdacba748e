#include <troupe/error.hpp>

#include "data_set_builder.hpp"
#include "dicom/zip_writer.hpp"

#include <boost/test/unit_test.hpp>

#include <archive.h>
#include <archive_entry.h>
#include <clocale>
#include <memory>
#include <string>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(zip_archive)

using troupe::dicom::zip_writer;
using troupe::dicom::test::bytes_of;

namespace {

using entries = std::vector<std::pair<std::string, std::string>>;

std::string zipped(const entries& wanted) {
  zip_writer zip;
  std::string out;
  for (const auto& [name, content] : wanted) {
    zip.begin_entry(name, content.size());
    for (std::size_t at = 0; at < content.size(); at += 1000) {
      zip.add(bytes_of(std::string_view{content}.substr(at, 1000)));
      out += zip.take();
    }
  }
  zip.finish();
  return out + zip.take();
}

entries unzipped(const std::string& zip) {
  const std::unique_ptr<archive, decltype(&archive_read_free)> reader{archive_read_new(), archive_read_free};
  archive_read_support_format_zip_seekable(reader.get());
  BOOST_TEST_REQUIRE(archive_read_open_memory(reader.get(), zip.data(), zip.size()) == ARCHIVE_OK);
  entries found;
  archive_entry* entry = nullptr;
  while (archive_read_next_header(reader.get(), &entry) == ARCHIVE_OK) {
    std::string content(static_cast<std::size_t>(archive_entry_size(entry)), '\0');
    const auto size = archive_read_data(reader.get(), content.data(), content.size());
    BOOST_TEST_REQUIRE(size == static_cast<la_ssize_t>(content.size()));
    const char* name = archive_entry_pathname_utf8(entry);
    found.emplace_back(name == nullptr ? "(no UTF-8)" : name, std::move(content));
  }
  BOOST_TEST(archive_errno(reader.get()) == 0);
  return found;
}

} // namespace

BOOST_AUTO_TEST_CASE(what_was_put_in_comes_out) {
  std::string noise(300'000, '\0');
  for (std::size_t i = 0; i < noise.size(); ++i)
    noise[i] = static_cast<char>(i * i >> 7);
  const entries wanted{{"P1 A/Study/CT Head/CT000000.dcm", noise}, {"P1 A/empty", ""}, {"b", "x"}};
  BOOST_TEST((unzipped(zipped(wanted)) == wanted));
}

BOOST_AUTO_TEST_CASE(content_is_compressed) {
  BOOST_TEST(zipped({{"a", std::string(100'000, 'x')}}).size() < 2000U);
}

BOOST_AUTO_TEST_CASE(an_empty_archive_is_an_archive) {
  BOOST_TEST(zipped({}) == std::string{"PK\x05\x06"} + std::string(18, '\0'));
}

BOOST_AUTO_TEST_CASE(names_are_marked_as_utf_8_whatever_the_locale) {
  BOOST_TEST(std::string{std::setlocale(LC_CTYPE, nullptr)} == "C");
  const std::string name = "山田 é.dcm";
  const std::string zip = zipped({{name, "x"}});
  BOOST_TEST_REQUIRE(zip.size() > 30U);
  BOOST_TEST((static_cast<unsigned char>(zip[7]) & 0x08) != 0, "bit 11 of the flags");
  BOOST_TEST(zip.find(name) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_entry_has_the_size_that_was_announced) {
  zip_writer zip;
  zip.begin_entry("a", 2);
  BOOST_CHECK_THROW(zip.add(bytes_of("abc")), troupe::failure);
  zip.add(bytes_of("a"));
  BOOST_CHECK_THROW(zip.begin_entry("b", 1), troupe::failure);
  BOOST_CHECK_THROW(zip.finish(), troupe::failure);
  zip.add(bytes_of("b"));
  BOOST_CHECK_NO_THROW(zip.finish());
}

BOOST_AUTO_TEST_CASE(an_archive_that_is_never_finished_does_no_harm) {
  zip_writer zip;
  zip.begin_entry("a", 100);
  zip.add(bytes_of("abc"));
}

BOOST_AUTO_TEST_SUITE_END()
