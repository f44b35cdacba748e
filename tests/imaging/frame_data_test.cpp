#include "imaging/frame_data.hpp"
#include "tests/imaging/pictures.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>

using namespace troupe;
using namespace troupe::imaging;
using namespace troupe::imaging::test;

namespace {

stored_image native_image(std::span<const std::byte> pixels, std::uint32_t columns, std::uint32_t bits,
                          std::uint32_t frames) {
  stored_image image;
  image.layout = {.rows = 1, .columns = columns, .bits_allocated = bits, .bits_stored = bits, .high_bit = bits - 1};
  image.frames = frames;
  image.has_pixels = true;
  image.native = pixels;
  return image;
}

/// `parts` must outlive the image.
stored_image encapsulated_image(std::initializer_list<std::reference_wrapper<const std::vector<std::byte>>> parts,
                                std::uint32_t frames) {
  stored_image image;
  image.frames = frames;
  image.has_pixels = image.encapsulated = true;
  std::uint64_t offset = 0;
  for (const std::vector<std::byte>& part : parts) {
    image.fragments.push_back({offset, part});
    offset += 8 + part.size();
  }
  return image;
}

std::vector<std::byte> frame(const stored_image& image, std::uint64_t number) {
  const auto found = find_frame(image, number);
  BOOST_REQUIRE(found.has_value());
  return {found->bytes.begin(), found->bytes.end()};
}

const auto start = bytes({0xff, 0xd8, 1, 2});
const auto rest = bytes({3, 4});

} // namespace

BOOST_AUTO_TEST_SUITE(frames)

BOOST_AUTO_TEST_CASE(native_frames_follow_one_another) {
  const auto pixels = bytes({1, 2, 3, 4, 5, 6});
  const auto image = native_image(pixels, 2, 8, 3);
  BOOST_TEST((frame(image, 0) == bytes({1, 2})));
  BOOST_TEST((frame(image, 2) == bytes({5, 6})));
}

BOOST_AUTO_TEST_CASE(frames_of_single_bits_may_begin_within_a_byte) {
  const auto pixels = bytes({0b10110100, 0b00000110});
  const auto image = native_image(pixels, 5, 1, 3);
  BOOST_TEST((frame(image, 1) == bytes({0b00110101})));
  BOOST_TEST((frame(image, 2) == bytes({0b00000001})));
}

BOOST_AUTO_TEST_CASE(a_frame_that_does_not_exist_is_another_error_than_one_that_is_cut_off) {
  const auto pixels = bytes({1, 2, 3});
  const auto image = native_image(pixels, 2, 8, 2);
  BOOST_TEST((find_frame(image, 2).error().code() == error_code::parameter_out_of_range));
  BOOST_TEST((find_frame(image, 1).error().code() == error_code::unsupported_media_type));
}

BOOST_AUTO_TEST_CASE(sizes_whose_product_no_number_holds_are_refused) {
  const auto pixels = bytes({1, 2, 3});
  auto image = native_image(pixels, 65535, 65535, 0xffffffff);
  image.layout.rows = 65535;
  image.layout.samples = 65535;
  BOOST_TEST(find_frame(image, 0xfffffffe).has_error());
}

BOOST_AUTO_TEST_CASE(a_single_frame_has_all_fragments) {
  BOOST_TEST((frame(encapsulated_image({start, rest}, 1), 0) == bytes({0xff, 0xd8, 1, 2, 3, 4})));
}

BOOST_AUTO_TEST_CASE(the_offset_table_tells_frames_apart) {
  auto image = encapsulated_image({rest, rest, start}, 2);
  image.offsets = {0, 20};
  BOOST_TEST((frame(image, 0) == bytes({3, 4, 3, 4})));
  BOOST_TEST((frame(image, 1) == start));
}

BOOST_AUTO_TEST_CASE(without_a_table_each_fragment_is_a_frame_if_there_are_as_many) {
  const auto image = encapsulated_image({rest, start}, 2);
  BOOST_TEST((frame(image, 1) == start));
}

BOOST_AUTO_TEST_CASE(without_a_table_frames_begin_where_streams_do) {
  for (const bool forged : {false, true}) {
    auto image = encapsulated_image({start, rest, start}, 2);
    if (forged)
      image.offsets = {0, 13};
    BOOST_TEST((frame(image, 0) == bytes({0xff, 0xd8, 1, 2, 3, 4})));
    BOOST_TEST((frame(image, 1) == start));
  }
}

BOOST_AUTO_TEST_CASE(frames_that_nothing_tells_apart_are_refused) {
  BOOST_TEST(find_frame(encapsulated_image({rest, rest, rest}, 2), 0).has_error());
  BOOST_TEST(find_frame(encapsulated_image({}, 2), 0).has_error());
  BOOST_TEST(find_frame(stored_image{}, 0).has_error());
}

BOOST_AUTO_TEST_CASE(tables_that_run_backwards_are_not_followed) {
  auto image = encapsulated_image({rest, rest, rest}, 2);
  image.offsets = {20, 0};
  BOOST_TEST(find_frame(image, 0).has_error());
}

BOOST_AUTO_TEST_SUITE_END()
