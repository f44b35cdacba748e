#include "core/gzip.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <zlib.h>

namespace troupe {

namespace {

std::string inflated(const std::string& packed, int window_bits) {
  z_stream stream{};
  BOOST_TEST_REQUIRE(inflateInit2(&stream, window_bits) == Z_OK);
  std::string input = packed;
  std::string text(1 << 22, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  BOOST_TEST(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  BOOST_TEST(stream.avail_in == 0U);
  text.resize(text.size() - stream.avail_out);
  inflateEnd(&stream);
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(gzip_)

BOOST_AUTO_TEST_CASE(what_is_compressed_comes_back) {
  std::mt19937 chance(7);
  std::string noise(1 << 20, '\0');
  for (auto& c : noise)
    c = static_cast<char>(chance());
  for (const auto& text : {std::string(), std::string("x"), std::string(3 << 20, 'a'), noise}) {
    BOOST_TEST((inflated(gzip_text(text), 16 + MAX_WBITS) == text));
    BOOST_TEST((inflated(zlib_text(text), MAX_WBITS) == text));
  }
}

BOOST_AUTO_TEST_CASE(what_repeats_gets_small) {
  BOOST_TEST(gzip_text(std::string(1 << 20, 'a')).size() < 10'000U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
