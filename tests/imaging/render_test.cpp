#include "imaging/render.hpp"
#include "imaging/resize.hpp"
#include "tests/imaging/pictures.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::imaging;
using namespace troupe::imaging::test;

using bytes_8 = std::vector<std::uint8_t>;

BOOST_AUTO_TEST_SUITE(render)

BOOST_AUTO_TEST_CASE(a_preview_spreads_the_values_over_8_bits) {
  const auto from = gray<std::uint16_t>(4, 3, {0, 1, 2, 3, 5, 100, 127, 128, 254, 255, 256, 1000});
  const bytes_8 expected{0, 0, 1, 1, 1, 26, 32, 33, 65, 65, 65, 255};
  BOOST_TEST(samples_of<std::uint8_t>(stretched(from)) == expected);
}

BOOST_AUTO_TEST_CASE(a_preview_of_negative_values_begins_with_the_least) {
  const auto from = gray<std::int16_t>(3, 1, {-1000, -300, 2000});
  const bytes_8 expected{0, 60, 255};
  BOOST_TEST(samples_of<std::uint8_t>(stretched(from)) == expected);
}

BOOST_AUTO_TEST_CASE(a_preview_of_one_value_is_black) {
  BOOST_TEST(samples_of<std::uint8_t>(stretched(gray<std::uint16_t>(2, 1, {7, 7}))) == (bytes_8{0, 0}));
}

BOOST_AUTO_TEST_CASE(what_is_black_becomes_white) {
  auto from = gray<std::uint8_t>(3, 1, {0, 1, 255});
  invert(from);
  BOOST_TEST(samples_of<std::uint8_t>(from) == (bytes_8{255, 254, 0}));
}

BOOST_AUTO_TEST_CASE(a_window_is_applied_after_the_rescale) {
  const auto from = gray<std::uint8_t>(4, 1, {40, 50, 60, 80});
  BOOST_TEST(samples_of<std::uint8_t>(windowed(from, 2, -10, {100, 50})) == (bytes_8{0, 76, 178, 255}));
}

BOOST_AUTO_TEST_CASE(a_window_without_width_is_one_wide) {
  const auto from = gray<std::uint8_t>(3, 1, {99, 100, 101});
  for (const double width : {1.0, 0.0, -5.0})
    BOOST_TEST(samples_of<std::uint8_t>(windowed(from, 1, 0, {100, width})) == (bytes_8{0, 127, 255}));
}

BOOST_AUTO_TEST_CASE(large_pictures_look_as_small_ones) {
  picture small = gray<std::int16_t>(3, 1, {-5, 0, 700});
  std::vector<std::int16_t> many(std::size_t{3} << 16U);
  for (std::size_t i = 0; i < many.size(); ++i)
    many[i] = samples_of<std::int16_t>(small)[i % 3];
  const picture large{3, 1U << 16U, 1, 16, many};
  const auto few = samples_of<std::uint8_t>(windowed(small, 1.5, 3, {100, 300}));
  const auto all = samples_of<std::uint8_t>(windowed(large, 1.5, 3, {100, 300}));
  for (std::size_t i = 0; i < all.size(); ++i)
    BOOST_REQUIRE_EQUAL(all[i], few[i % 3]);
}

BOOST_AUTO_TEST_CASE(values_that_do_not_fit_are_cut_off) {
  const auto from = gray<std::int32_t>(4, 1, {-70000, -1, 300, 70000});
  BOOST_TEST(samples_of<std::uint8_t>(*clipped(from, sample_range::uint8)) == (bytes_8{0, 0, 255, 255}));
  BOOST_TEST(samples_of<std::uint16_t>(*clipped(from, sample_range::uint16))
             == (std::vector<std::uint16_t>{0, 0, 300, 65535}));
  BOOST_TEST(samples_of<std::int16_t>(*clipped(from, sample_range::int16))
             == (std::vector<std::int16_t>{-32768, -1, 300, 32767}));
}

BOOST_AUTO_TEST_CASE(colors_are_not_clipped) {
  const picture from{1, 1, 3, 8, bytes_8{1, 2, 3}};
  BOOST_TEST(clipped(from, sample_range::uint8).has_error());
}

BOOST_AUTO_TEST_CASE(colors_of_16_bits_are_shown_by_their_upper_8) {
  const picture from{1, 1, 3, 12, std::vector<std::uint16_t>{0x0ff0, 0x0800, 0x000f}};
  BOOST_TEST(samples_of<std::uint8_t>(stretched(from)) == (bytes_8{0xff, 0x80, 0x00}));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(resize)

BOOST_AUTO_TEST_CASE(proportions_stay) {
  BOOST_TEST((fitted({50, 30}, {20, 0}) == extent{20, 12}));
  BOOST_TEST((fitted({50, 30}, {0, 20}) == extent{33, 20}));
  BOOST_TEST((fitted({50, 30}, {33, 10}) == extent{17, 10}));
  BOOST_TEST((fitted({50, 30}, {1, 0}) == extent{1, 1}));
  BOOST_TEST((fitted({50, 30}, {0, 0}) == extent{50, 30}));
}

BOOST_AUTO_TEST_CASE(sizes_that_no_number_holds_are_cut_off) {
  BOOST_TEST((fitted({1, 65535}, {0xffffffff, 0}) == extent{0xffffffff, 0xffffffff}));
}

BOOST_AUTO_TEST_CASE(the_nearest_pixel_is_taken) {
  const auto from = gray<std::uint8_t>(4, 4, {0, 9, 19, 29, 39, 49, 59, 69, 79, 89, 99, 109, 119, 129, 139, 149});
  BOOST_TEST(samples_of<std::uint8_t>(resized(from, {2, 2}, false)) == (bytes_8{49, 69, 129, 149}));
  BOOST_TEST(samples_of<std::uint8_t>(resized(from, {3, 3}, false))
             == (bytes_8{0, 19, 29, 79, 99, 109, 119, 139, 149}));
}

BOOST_AUTO_TEST_CASE(details_are_smoothed_away_before_shrinking) {
  const auto from = gray<std::uint8_t>(4, 4, {0, 9, 19, 29, 39, 49, 59, 69, 79, 89, 99, 109, 119, 129, 139, 149});
  BOOST_TEST(samples_of<std::uint8_t>(resized(from, {2, 2}, true)) == (bytes_8{52, 67, 114, 130}));
  BOOST_TEST(samples_of<std::uint8_t>(resized(from, {8, 8}, true))
             == samples_of<std::uint8_t>(resized(from, {8, 8}, false)));
}

BOOST_AUTO_TEST_SUITE_END()
