/// \file
/// What server and decoder processes say to each other: a head of fixed size, then bytes. Both are the same program on
/// the same machine, so heads are written as they are in memory.
#pragma once

#include "imaging/frame_decoder.hpp"

#include <cstdint>

namespace troupe::imaging {

/// Before the bytes of a frame.
struct decode_request_head {
  std::uint32_t magic = expected;
  codec how = codec::none;
  pixel_layout layout;
  std::uint64_t bytes = 0;

  static constexpr std::uint32_t expected = 0x31434554;
};

/// Before the samples; `bytes` is what the layout needs, or 0 if the frame cannot be decoded.
struct decode_reply_head {
  std::uint32_t magic = expected;
  std::uint8_t planar = 0;
  std::uint8_t is_rgb = 0;
  std::uint64_t bytes = 0;

  static constexpr std::uint32_t expected = 0x32434554;
};

/// Frames that are stored in more bytes are not sent.
constexpr std::uint64_t encoded_bytes_max = 1ULL << 30U;

} // namespace troupe::imaging
