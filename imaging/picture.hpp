/// \file
/// An image in memory: what decoding makes and what rendering makes of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

namespace troupe::imaging {

/// Samples in rows from the top, those of a pixel beside one another, in the byte order of the machine.
using sample_buffer = std::variant<std::vector<std::uint8_t>, std::vector<std::int8_t>, std::vector<std::uint16_t>,
                                   std::vector<std::int16_t>, std::vector<std::uint32_t>, std::vector<std::int32_t>>;

/// An image. `samples` holds exactly `width * height * channels` values.
struct picture {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t channels = 1; ///< 1: gray, 3: red, green, blue
  std::uint32_t depth = 8;    ///< bits of a sample that mean something
  sample_buffer samples;
};

/// No picture and no decoded frame may need more bytes than this.
constexpr std::uint64_t picture_bytes_max = 256ULL << 20U;

} // namespace troupe::imaging
