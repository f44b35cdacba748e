#include "imaging/slice_order.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::imaging;

namespace {

constexpr std::array<double, 6> axial{1, 0, 0, 0, 1, 0};

slice at(std::string id, double z, std::optional<std::uint32_t> index = std::nullopt) {
  return {.id = std::move(id), .position = std::array<double, 3>{0, 0, z}, .orientation = axial, .index = index};
}

slice numbered(std::string id, std::optional<std::uint32_t> index) {
  return {.id = std::move(id), .index = index};
}

std::string order(std::vector<slice> all) {
  const auto found = order_slices(std::move(all));
  if (!found)
    return std::to_string(static_cast<int>(found.error().code()));
  std::string text = found->volume ? "volume" : "sequence";
  for (const auto& one : found->slices)
    text += " " + one.id;
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(slices)

BOOST_AUTO_TEST_CASE(parallel_slices_are_ordered_along_their_normal) {
  BOOST_TEST(order({at("a", 5, 1), at("b", 3, 2), at("c", 4, 3)}) == "volume b c a");
}

BOOST_AUTO_TEST_CASE(two_slices_in_one_place_are_a_sequence) {
  BOOST_TEST(order({at("a", 5, 9), at("b", 5, 8), at("c", 4, 7)}) == "sequence c b a");
}

BOOST_AUTO_TEST_CASE(slices_that_are_not_parallel_are_a_sequence) {
  auto turned = at("b", 6, 2);
  turned.orientation = {0, 1, 0, 0, 0, 1};
  BOOST_TEST(order({at("a", 5, 3), turned}) == "sequence b a");
}

BOOST_AUTO_TEST_CASE(axes_that_span_no_plane_are_not_used) {
  auto flat = at("a", 5, 2);
  flat.orientation = {1, 0, 0, 1, 0, 0};
  auto other = flat;
  other.id = "b";
  other.index = 1;
  BOOST_TEST(order({flat, other}) == "sequence b a");
}

BOOST_AUTO_TEST_CASE(numbers_order_what_has_no_position) {
  BOOST_TEST(order({numbered("a", 5), numbered("b", 3)}) == "sequence b a");
  BOOST_TEST(order({numbered("b", 3), numbered("a", 3), numbered("c", 1)}) == "sequence c b a");
}

BOOST_AUTO_TEST_CASE(a_slice_among_others_without_a_number_cannot_be_ordered) {
  BOOST_TEST(order({numbered("a", 5), numbered("b", std::nullopt)}) == "2040");
  BOOST_TEST(order({numbered("a", std::nullopt)}) == "sequence a");
}

BOOST_AUTO_TEST_CASE(values_have_as_many_numbers_as_they_must) {
  BOOST_TEST(three_numbers("1\\-2.5\\ 3e1 ").has_value());
  for (const char* const wrong : {"", "1\\2", "1\\2\\3\\4", "1\\2\\", "1\\x\\3", "1\\2\\nan"})
    BOOST_TEST(!three_numbers(wrong));
}

BOOST_AUTO_TEST_SUITE_END()
