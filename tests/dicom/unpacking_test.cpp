#include "dicom/gunzip.hpp"
#include "dicom/zip_reader.hpp"
#include "dicom/zip_writer.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <vector>
#include <zlib.h>

namespace troupe::dicom {

namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

byte_sink into(std::string& text) {
  return [&text](std::span<const std::byte> bytes) {
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
}

std::string gzipped(std::string text) {
  z_stream stream{};
  BOOST_TEST_REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  BOOST_TEST(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);
  return packed;
}

/// Contents of all members, or those before the error.
std::vector<std::string> members(const std::string& archive, bool& whole, const unpacking_limits& limits = {}) {
  zip_reader reader(bytes_of(archive), limits);
  std::vector<std::string> found;
  for (;;) {
    const auto more = reader.next();
    whole = more.has_value();
    if (!whole || !*more)
      return found;
    std::string content;
    if (!reader.read(into(content))) {
      whole = false;
      return found;
    }
    found.push_back(content);
  }
}

std::string zipped(const std::vector<std::string>& contents) {
  zip_writer zip;
  for (std::size_t i = 0; i < contents.size(); ++i) {
    zip.begin_entry(std::to_string(i), contents[i].size());
    zip.add(bytes_of(contents[i]));
  }
  zip.finish();
  return zip.take();
}

const std::string text(100'000, 'a');

} // namespace

BOOST_AUTO_TEST_SUITE(unpacking)

BOOST_AUTO_TEST_CASE(gzip_of_one_and_of_several_members_is_unpacked) {
  std::string found;
  BOOST_TEST(gunzip(bytes_of(gzipped(text) + gzipped("") + gzipped("b")), {}, into(found)).has_value());
  BOOST_TEST((found == text + "b"));
}

BOOST_AUTO_TEST_CASE(gzip_cut_anywhere_is_refused) {
  const auto packed = gzipped("some text that does not repeat");
  for (std::size_t size = 0; size < packed.size(); ++size) {
    std::string found;
    BOOST_TEST(!gunzip(bytes_of(packed.substr(0, size)), {}, into(found)).has_value(), size);
  }
}

BOOST_AUTO_TEST_CASE(gzip_beyond_a_limit_is_refused_before_it_is_unpacked) {
  std::string found;
  const auto packed = gzipped(std::string(50 << 20, 'a'));
  const auto much = gunzip(bytes_of(packed), {.ratio = 2, .beyond_bytes = 1 << 20}, into(found));
  BOOST_TEST(much.error().http_status() == 413);
  BOOST_TEST(found.size() < 2U << 20);
  BOOST_TEST(gunzip(bytes_of(packed), {.file_bytes = 1000}, into(found)).error().http_status() == 413);
}

BOOST_AUTO_TEST_CASE(what_was_read_is_told) {
  std::size_t told = 0;
  std::string many;
  while (many.size() < 3U << 20)
    many += gzipped("some text that does not repeat");
  const auto drop = [](std::span<const std::byte>) {};
  const auto tell = [&](std::span<const std::byte> spent) { told += spent.size(); };
  BOOST_TEST(gunzip(bytes_of(many), {}, drop, tell).has_value());
  BOOST_TEST(told == 3U << 20);
}

BOOST_AUTO_TEST_CASE(only_what_begins_so_is_a_zip) {
  BOOST_TEST(looks_like_zip(bytes_of("PK\x03\x04")));
  BOOST_TEST(looks_like_zip(bytes_of("PK\x05\x06")));
  BOOST_TEST(!looks_like_zip(bytes_of("PK")));
  BOOST_TEST(!looks_like_zip(bytes_of("")));
  BOOST_TEST(!looks_like_zip(bytes_of("PK\x03\x04" + std::string(124, ' ') + "DICM")));
}

BOOST_AUTO_TEST_CASE(members_are_found_in_the_order_of_the_archive) {
  bool whole = false;
  BOOST_TEST(members(zipped({"one", text, "", "three"}), whole) == (std::vector<std::string>{"one", text, "three"}),
             boost::test_tools::per_element());
  BOOST_TEST(whole);
}

BOOST_AUTO_TEST_CASE(a_zip_cut_anywhere_is_refused) {
  const auto archive = zipped({"one", "two"});
  for (std::size_t size = 0; size < archive.size(); ++size) {
    bool whole = true;
    members(archive.substr(0, size), whole);
    BOOST_TEST(!whole, size);
  }
}

BOOST_AUTO_TEST_CASE(a_zip_beyond_a_limit_is_refused) {
  const auto archive = zipped({"one", std::string(5 << 20, 'a'), "three"});
  for (const auto& limits : {unpacking_limits{.file_bytes = 1 << 20}, unpacking_limits{.ratio = 1, .beyond_bytes = 0},
                             unpacking_limits{.members = 2}}) {
    bool whole = true;
    BOOST_TEST(members(archive, whole, limits).size() <= 1U);
    BOOST_TEST(!whole);
  }
  bool whole = false;
  BOOST_TEST(members(archive, whole, {.file_bytes = 5 << 20, .members = 3}).size() == 3U);
  BOOST_TEST(whole);
}

BOOST_AUTO_TEST_CASE(whatever_is_damaged_is_survived) {
  const auto archive = zipped({"one", std::string(3000, 'b'), "three"});
  std::mt19937 chance(3);
  for (int round = 0; round < 3000; ++round) {
    auto damaged = archive;
    for (int i = 0; i < 3; ++i)
      damaged[chance() % damaged.size()] = static_cast<char>(chance());
    bool whole = false;
    BOOST_TEST(members(damaged, whole).size() <= 10U);
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::dicom
