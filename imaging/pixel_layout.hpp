/// \file
/// How the pixels of an image are stored: the attributes of PS3.3 C.7.6.3, checked.
#pragma once

#include <troupe/error.hpp>

#include <cstdint>

namespace troupe::imaging {

enum class color_space : std::uint8_t {
  monochrome_1,
  monochrome_2,
  palette,
  rgb,
  ybr_full,
  ybr_full_422,
  ybr_rct,
  ybr_ict
};

/// As the file says it.
struct pixel_layout {
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint32_t samples = 1; ///< of a pixel
  std::uint32_t bits_allocated = 0;
  std::uint32_t bits_stored = 0;
  std::uint32_t high_bit = 0;
  bool is_signed = false;
  bool planar = false; ///< one plane a sample
  color_space color = color_space::monochrome_2;

  bool gray() const noexcept { return color == color_space::monochrome_1 || color == color_space::monochrome_2; }

  /// Samples of a frame.
  std::uint64_t sample_count() const noexcept { return std::uint64_t{rows} * columns * samples; }

  /// Bits of a frame that is stored uncompressed.
  std::uint64_t native_bits() const noexcept {
    const std::uint64_t stored =
      color == color_space::ybr_full_422 ? std::uint64_t{rows} * columns * 2 : sample_count();
    return stored * bits_allocated;
  }

  /// Bytes of a frame whose samples have containers of their own.
  std::uint64_t decoded_bytes() const noexcept { return sample_count() * ((bits_allocated + 7) / 8); }
};

/// What cannot be shown is refused with the reason: `unsupported_media_type`.
result<void> check(const pixel_layout& layout);

} // namespace troupe::imaging
