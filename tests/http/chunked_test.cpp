#include "http/wire/chunked.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>

namespace troupe::http {
namespace {

/// What a decoder makes of pieces.
struct decoded {
  chunked_decoder decoder;
  std::string data;
  std::size_t consumed = 0;

  void feed(std::string_view piece) {
    while (!piece.empty() && !decoder.done() && !decoder.malformed()) {
      const auto step = decoder.next(piece);
      data += step.data;
      consumed += step.consumed;
      piece.remove_prefix(step.consumed);
    }
  }
};

std::string hex(std::size_t number) {
  char text[32];
  std::snprintf(text, sizeof text, "%zx", number);
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(chunked)

BOOST_AUTO_TEST_CASE(the_same_comes_out_however_the_bytes_are_cut) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      std::string data;
      std::string coded;
      for (unsigned i = 0; i < random() % 5; ++i) {
        const std::string chunk(1 + random() % 40, static_cast<char>('a' + i));
        coded += hex(chunk.size()) + (random() % 2 ? ";x=y" : "") + "\r\n" + chunk + "\r\n";
        data += chunk;
      }
      coded += random() % 2 ? "0\r\n\r\n" : "000\r\nTrailer: t\r\n\r\n";
      const std::string whole = coded + "GET /next";
      decoded result;
      for (std::size_t at = 0; at < whole.size();) {
        const std::size_t size = 1 + random() % 7;
        result.feed(std::string_view(whole).substr(at, size));
        at += size;
      }
      BOOST_TEST(result.decoder.done());
      BOOST_TEST(result.data == data);
      BOOST_TEST(result.consumed == coded.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(extensions_and_trailers_are_bounded_together) {
  decoded extension;
  extension.feed("1;" + std::string(chunked_decoder::max_extra_bytes + 1, 'x'));
  BOOST_TEST(extension.decoder.malformed());
  decoded many;
  for (std::size_t i = 0; i <= chunked_decoder::max_extra_bytes && !many.decoder.malformed(); ++i)
    many.feed("1;x\r\na\r\n");
  BOOST_TEST(many.decoder.malformed());
  decoded trailer;
  trailer.feed("0\r\n");
  trailer.feed(std::string(chunked_decoder::max_extra_bytes + 1, 'x'));
  BOOST_TEST(trailer.decoder.malformed());
}

BOOST_AUTO_TEST_CASE(random_bytes_never_make_it_consume_more_than_there_is) {
  for (unsigned seed = 1; seed <= 500; ++seed) {
    std::mt19937 random(seed);
    constexpr std::string_view alphabet = "0123af;\r\n\r\nxg \t";
    std::string bytes(random() % 60, '\0');
    for (auto& c : bytes)
      c = alphabet[random() % alphabet.size()];
    decoded result;
    result.feed(bytes);
    BOOST_TEST((result.consumed <= bytes.size() && result.data.size() <= result.consumed), "seed " << seed);
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::http
