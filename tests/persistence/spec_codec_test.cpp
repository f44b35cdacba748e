#include "fixture.hpp"
#include "persistence/spec_codec.hpp"

#include <algorithm>
#include <random>

namespace troupe::persistence::testing {

BOOST_AUTO_TEST_SUITE(spec_codec)

namespace {

std::optional<job_spec> decode(const std::vector<std::string>& chunks) {
  spec_decoder spec;
  const bool all_good = std::ranges::all_of(chunks, [&](const auto& chunk) { return spec.add(chunk); });
  return all_good && spec.complete() ? std::move(spec).take() : std::nullopt;
}

bool same(const job_spec& a, const job_spec& b) {
  return a.arguments == b.arguments && a.content == b.content && a.user_data == b.user_data && a.items == b.items;
}

} // namespace

BOOST_AUTO_TEST_CASE(specs_of_any_size_come_back_and_no_chunk_is_large) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random(seed);
      job_spec spec;
      spec.arguments = std::string(random() % 5000, 'a');
      spec.content = std::string(random() % 3000, 'c');
      spec.user_data = std::string(random() % 3, 'u');
      for (auto left = random() % 200; left > 0; --left) {
        spec.items.emplace_back(random() % (max_item_bytes + 1), 'i');
      }
      const auto chunks = encode_spec(spec);
      for (const auto& chunk : chunks) {
        BOOST_REQUIRE(chunk.size() <= max_chunk_bytes);
      }
      const auto read = decode(chunks);
      BOOST_REQUIRE(read);
      BOOST_TEST(same(*read, spec));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_head_of_an_ordinary_job_is_one_chunk) {
  spec_decoder spec;
  BOOST_TEST(spec.add(encode_spec({"{}", "{}", "", std::vector<std::string>(1000, "item")}).front()));
  BOOST_TEST(spec.has_head());
  BOOST_TEST(!spec.complete());
  BOOST_TEST(std::move(spec).take()->items.empty());
}

BOOST_AUTO_TEST_CASE(a_missing_chunk_is_noticed) {
  const job_spec spec{std::string(5000, 'a'), "{}", "", std::vector<std::string>(50, std::string(500, 'i'))};
  const auto chunks = encode_spec(spec);
  for (std::size_t lost = 0; lost < chunks.size(); ++lost) {
    auto rest = chunks;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(lost));
    BOOST_TEST(!decode(rest), lost);
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_head_gives_nothing) {
  for (const std::string_view bytes :
       {std::string_view{}, std::string_view("\xff damaged, and long enough"), std::string_view("\1\0\0\0\1", 5)}) {
    spec_decoder spec;
    BOOST_TEST(!spec.add(bytes));
    BOOST_TEST(!spec.has_head());
    BOOST_TEST(!std::move(spec).take());
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::persistence::testing
