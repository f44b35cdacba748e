/// \file
/// Decoding of compressed frames, wherever it happens.
#pragma once

#include <troupe/error.hpp>

#include "imaging/pixel_layout.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace troupe::imaging {

/// How a frame is compressed.
enum class codec : std::uint8_t { none, run_length, jpeg, jpeg_ls, jpeg_2000 };

/// Of a transfer syntax; `unsupported_media_type` for those that are not known.
result<codec> codec_of(std::string_view transfer_syntax);

/// A frame to be decoded.
struct encoded_frame {
  codec how = codec::none;
  pixel_layout layout;
  std::span<const std::byte> bytes;
};

/// Samples as a codec leaves them: little endian, in containers of `BitsAllocated` (8, 16 or 32), exactly
/// `layout.decoded_bytes()`.
struct decoded_frame {
  std::vector<std::byte> samples;
  bool planar = false;
  bool is_rgb = false; ///< the codec has undone the color transform
};

/// Errors of `decode`: `unsupported_media_type` for what cannot be decoded.
class frame_decoder {
public:
  virtual ~frame_decoder() = default;
  virtual result<decoded_frame> decode(const encoded_frame& frame) = 0;
};

} // namespace troupe::imaging
