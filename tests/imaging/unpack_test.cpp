#include "imaging/luminance.hpp"
#include "imaging/palette.hpp"
#include "imaging/run_length.hpp"
#include "imaging/unpack.hpp"
#include "tests/imaging/pictures.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::imaging;
using namespace troupe::imaging::test;

namespace {

pixel_layout layout_of(std::uint32_t columns, std::uint32_t allocated, std::uint32_t stored, bool is_signed = false) {
  return {.rows = 1,
          .columns = columns,
          .bits_allocated = allocated,
          .bits_stored = stored,
          .high_bit = stored - 1,
          .is_signed = is_signed};
}

} // namespace

BOOST_AUTO_TEST_SUITE(unpacking)

BOOST_AUTO_TEST_CASE(negative_values_of_few_bits_keep_their_sign) {
  const auto found = unpack(layout_of(2, 16, 12, true), bytes({0xff, 0x0f, 0x01, 0x00}), {});
  BOOST_TEST(samples_of<std::int16_t>(*found) == (std::vector<std::int16_t>{-1, 1}));
}

BOOST_AUTO_TEST_CASE(what_is_above_the_stored_bits_does_not_count) {
  const auto found = unpack(layout_of(1, 16, 12), bytes({0x34, 0xf2}), {});
  BOOST_TEST(samples_of<std::uint16_t>(*found) == (std::vector<std::uint16_t>{0x234}));
}

BOOST_AUTO_TEST_CASE(a_high_bit_shifts) {
  auto layout = layout_of(1, 16, 12);
  layout.high_bit = 15;
  const auto found = unpack(layout, bytes({0x45, 0x23}), {});
  BOOST_TEST(samples_of<std::uint16_t>(*found) == (std::vector<std::uint16_t>{0x234}));
}

BOOST_AUTO_TEST_CASE(big_endian_samples_are_turned) {
  const auto found = unpack(layout_of(1, 32, 32), bytes({1, 2, 3, 4}), {.big_endian = true});
  BOOST_TEST(samples_of<std::uint32_t>(*found) == (std::vector<std::uint32_t>{0x01020304}));
}

BOOST_AUTO_TEST_CASE(bits_are_black_and_white_the_lowest_first) {
  const auto found = unpack(layout_of(9, 1, 1), bytes({0x05, 0x01}), {});
  BOOST_TEST(samples_of<std::uint8_t>(*found) == (std::vector<std::uint8_t>{255, 0, 255, 0, 0, 0, 0, 0, 255}));
}

BOOST_AUTO_TEST_CASE(bytes_in_words_are_exchanged) {
  const auto found = unpack(layout_of(2, 8, 8), bytes({1, 2}), {.swapped_bytes = true});
  BOOST_TEST(samples_of<std::uint8_t>(*found) == (std::vector<std::uint8_t>{2, 1}));
}

BOOST_AUTO_TEST_CASE(planes_are_joined) {
  auto layout = layout_of(2, 8, 8);
  layout.samples = 3;
  layout.color = color_space::rgb;
  const auto found = unpack(layout, bytes({1, 2, 3, 4, 5, 6}), {.planar = true});
  BOOST_TEST(samples_of<std::uint8_t>(*found) == (std::vector<std::uint8_t>{1, 3, 5, 2, 4, 6}));
}

BOOST_AUTO_TEST_CASE(too_few_bytes_are_refused) {
  BOOST_TEST(unpack(layout_of(2, 16, 16), bytes({1, 2, 3}), {}).has_error());
  BOOST_TEST(unpack(layout_of(9, 1, 1), bytes({1}), {}).has_error());
}

BOOST_AUTO_TEST_CASE(layouts_that_make_no_sense_are_refused) {
  BOOST_TEST(check(layout_of(1, 16, 12)).has_value());
  BOOST_TEST(check(layout_of(0, 16, 12)).has_error());
  BOOST_TEST(check(layout_of(1, 12, 12)).has_error());
  BOOST_TEST(check(layout_of(1, 16, 17)).has_error());
  auto layout = layout_of(65535, 32, 32);
  layout.rows = 65535;
  BOOST_TEST(check(layout).has_error());
  layout = layout_of(1, 16, 12);
  for (const std::uint32_t high_bit : {10U, 16U, 65535U}) {
    layout.high_bit = high_bit;
    BOOST_TEST(check(layout).has_error());
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(colors)

BOOST_AUTO_TEST_CASE(ybr_full_becomes_rgb) {
  picture from{2, 1, 3, 8, std::vector<std::uint8_t>{128, 128, 128, 76, 85, 255}};
  undo_ybr_full(from);
  BOOST_TEST(samples_of<std::uint8_t>(from) == (std::vector<std::uint8_t>{128, 128, 128, 254, 0, 0}));
}

BOOST_AUTO_TEST_CASE(pixels_of_ybr_full_422_share_colors) {
  BOOST_TEST((full_colors(bytes({1, 2, 3, 4}), 1) == bytes({1, 3, 4, 2, 3, 4})));
}

BOOST_AUTO_TEST_CASE(a_palette_colors_indices_and_its_ends_go_on) {
  const auto entries = bytes({0x00, 0x10, 0x00, 0x20});
  const palette_source color{.descriptor = {2, 1, 16}, .entries = entries};
  const auto found = apply_palette({color, color, color}, gray<std::uint8_t>(3, 1, {0, 2, 9}));
  BOOST_TEST(samples_of<std::uint8_t>(*found) == (std::vector<std::uint8_t>{16, 16, 16, 32, 32, 32, 32, 32, 32}));
}

BOOST_AUTO_TEST_CASE(a_palette_that_is_too_short_is_refused) {
  const auto entries = bytes({0x00, 0x10});
  const palette_source color{.descriptor = {3, 0, 16}, .entries = entries};
  BOOST_TEST(apply_palette({color, color, color}, gray<std::uint8_t>(1, 1, {0})).has_error());
}

BOOST_AUTO_TEST_CASE(a_segmented_palette_is_written_out) {
  // Two values, then four on the way to 0x0600, then the first segment once more.
  const auto segments = bytes({0, 0, 2, 0, 0, 1, 0, 2, 1, 0, 4, 0, 0, 6, 2, 0, 1, 0, 0, 0, 0, 0});
  const palette_source color{.descriptor = {8, 0, 16}, .segments = segments};
  const auto found = apply_palette({color, color, color}, gray<std::uint8_t>(8, 1, {0, 1, 2, 3, 4, 5, 6, 7}));
  BOOST_REQUIRE(found.has_value());
  const std::vector<std::uint8_t> expected{1, 2, 3, 4, 5, 6, 1, 2};
  for (std::size_t i = 0; i < expected.size(); ++i)
    BOOST_TEST(samples_of<std::uint8_t>(*found)[3 * i] == expected[i]);
}

BOOST_AUTO_TEST_CASE(segments_that_lead_astray_are_refused) {
  const auto endless = bytes({2, 0, 0xff, 0xff, 0, 0, 0, 0});
  const auto nothing = bytes({0, 0, 0, 0});
  const auto beyond = bytes({0, 0, 9, 0, 1, 0});
  for (const auto& segments : {endless, nothing, beyond}) {
    const palette_source color{.descriptor = {1, 0, 16}, .segments = segments};
    BOOST_TEST(apply_palette({color, color, color}, gray<std::uint8_t>(1, 1, {0})).has_error());
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(run_length)

namespace {

std::vector<std::byte> segments(std::initializer_list<std::vector<std::byte>> all) {
  std::vector<std::byte> out(64);
  out[0] = static_cast<std::byte>(all.size());
  std::size_t place = 4;
  for (const auto& one : all) {
    out[place] = static_cast<std::byte>(out.size());
    place += 4;
    out.insert(out.end(), one.begin(), one.end());
  }
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(runs_and_literals_make_up_the_bytes_the_upper_ones_first) {
  const auto data = segments({bytes({0xff, 0x01, 0x80, 0x00, 0x02}), bytes({0x02, 0x0a, 0x0b, 0x0c})});
  const auto found = decode_run_length({codec::run_length, layout_of(3, 16, 16), data});
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST((found->samples == bytes({0x0a, 1, 0x0b, 1, 0x0c, 2})));
}

BOOST_AUTO_TEST_CASE(what_leaves_its_segment_is_refused) {
  const auto layout = layout_of(3, 8, 8);
  for (const auto& segment : {bytes({}), bytes({0x02, 1, 2}), bytes({0xff}), bytes({0xff, 1, 0x00})})
    BOOST_TEST(decode_run_length({codec::run_length, layout, segments({segment})}).has_error());
}

BOOST_AUTO_TEST_CASE(forged_headers_are_refused) {
  const auto layout = layout_of(3, 8, 8);
  const auto good = segments({bytes({0xfe, 1})});
  BOOST_TEST(decode_run_length({codec::run_length, layout, good}).has_value());
  for (const std::size_t place : {0U, 4U, 5U, 6U, 7U}) {
    auto forged = good;
    forged[place] = std::byte{0xff};
    BOOST_TEST(decode_run_length({codec::run_length, layout, forged}).has_error());
  }
  BOOST_TEST(decode_run_length({codec::run_length, layout, std::span(good).first(63)}).has_error());
}

BOOST_AUTO_TEST_CASE(a_frame_that_its_bytes_cannot_fill_takes_no_memory) {
  auto layout = layout_of(65535, 8, 8);
  layout.rows = 4000;
  BOOST_TEST(decode_run_length({codec::run_length, layout, segments({bytes({0x81, 1})})}).has_error());
}

BOOST_AUTO_TEST_SUITE_END()
