#include "imaging/arrays.hpp"
#include "imaging/writers.hpp"
#include "tests/imaging/pictures.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::imaging;
using namespace troupe::imaging::test;

BOOST_AUTO_TEST_SUITE(writers)

BOOST_AUTO_TEST_CASE(maps_hold_the_upper_byte_first) {
  BOOST_TEST(
    portable_map(gray<std::int16_t>(2, 1, {1, -2}))
    == std::string("P7\nWIDTH 2\nHEIGHT 1\nDEPTH 1\nMAXVAL 65535\nTUPLTYPE GRAYSCALE\nENDHDR\n\0\1\xff\xfe", 71));
}

BOOST_AUTO_TEST_CASE(a_png_begins_and_ends_as_one) {
  const auto file = png({1, 2, 3, 8, std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6}});
  BOOST_TEST(file.starts_with(std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\2\x08\2\0\0\0", 29)));
  BOOST_TEST(file.ends_with(std::string("\0\0\0\0IEND\xae\x42\x60\x82", 12)));
}

BOOST_AUTO_TEST_CASE(a_jpeg_larger_than_the_format_allows_is_refused) {
  const picture wide{70000, 1, 1, 8, std::vector<std::uint8_t>(70000)};
  BOOST_CHECK_THROW(jpeg(wide, 90), failure);
}

BOOST_AUTO_TEST_CASE(numpy_files_have_their_header_and_rescaled_values) {
  npy_writer array(true, 1);
  BOOST_REQUIRE(array.add(gray<std::int16_t>(2, 1, {1, -2}), 2, 0.5, true).has_value());
  std::string expected("\x93NUMPY\1\0v\0", 10);
  expected += "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1,2,1), }";
  expected.resize(127, ' ');
  expected += std::string("\n\0\0\x20\x40\0\0\x60\xc0", 9);
  BOOST_TEST(array.take() == expected);
}

BOOST_AUTO_TEST_CASE(frames_of_an_array_are_alike) {
  npy_writer array(true, 3);
  BOOST_REQUIRE(array.add(gray<std::uint8_t>(1, 1, {1}), 1, 0, true).has_value());
  BOOST_TEST(
    (array.add(gray<std::uint8_t>(2, 1, {1, 2}), 1, 0, true).error().code() == error_code::incompatible_image_size));
  BOOST_TEST(
    (array.add(gray<std::uint16_t>(1, 1, {1}), 1, 0, true).error().code() == error_code::incompatible_image_format));
}

BOOST_AUTO_TEST_CASE(arrays_that_would_fill_the_memory_are_refused) {
  npy_writer array(true, 0xffffffff);
  BOOST_TEST((array.add(gray<std::uint8_t>(1, 1, {1}), 1, 0, true).error().code() == error_code::not_enough_memory));
}

BOOST_AUTO_TEST_CASE(matlab_reads_rows) {
  BOOST_TEST(matlab(gray<std::int16_t>(2, 2, {1, -2, 3, 4})) == "double([ 1 -2 ; 3 4 ])");
  BOOST_TEST(matlab({1, 2, 3, 8, std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6}})
             == "double(permute(reshape([ 1 2 3 4 5 6 ], [ 3 1 2 ]), [ 3 2 1 ]))");
}

BOOST_AUTO_TEST_SUITE_END()
