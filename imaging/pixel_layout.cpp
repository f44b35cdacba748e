#include "imaging/pixel_layout.hpp"

#include "imaging/picture.hpp"

#include <algorithm>
#include <array>

namespace troupe::imaging {
namespace {

constexpr std::array<std::uint32_t, 4> containers{1, 8, 16, 32};

error refused(const char* why) {
  return {error_code::unsupported_media_type, why};
}

} // namespace

result<void> check(const pixel_layout& layout) {
  if (layout.rows == 0 || layout.columns == 0)
    return refused("The image has no rows or columns");
  if (std::ranges::find(containers, layout.bits_allocated) == containers.end())
    return refused("Pixels of that number of allocated bits cannot be decoded");
  if (layout.bits_stored == 0 || layout.bits_stored > layout.bits_allocated)
    return refused("BitsStored does not fit BitsAllocated");
  if (layout.high_bit >= layout.bits_allocated || layout.high_bit + 1 < layout.bits_stored)
    return refused("HighBit does not fit BitsStored");
  const bool one = layout.gray() || layout.color == color_space::palette;
  if (layout.samples != (one ? 1 : 3))
    return refused("SamplesPerPixel does not fit PhotometricInterpretation");
  if (!one && layout.bits_allocated == 1)
    return refused("Colors of one bit cannot be decoded");
  if (layout.color == color_space::ybr_full_422 && layout.columns % 2 != 0)
    return refused("YBR_FULL_422 needs an even number of columns");
  if (layout.decoded_bytes() > picture_bytes_max)
    return refused("The image is larger than what is decoded here");
  return {};
}

} // namespace troupe::imaging
