/// \file
/// The bytes of one frame as they are stored.
#pragma once

#include <troupe/error.hpp>

#include "imaging/stored_image.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace troupe::imaging {

/// Bytes of a frame: where they lie in one piece in the file, else in `owned`.
struct frame_data {
  std::span<const std::byte> bytes;
  std::vector<std::byte> owned;
};

/// The frame with that number, from 0. Errors: `parameter_out_of_range` where there is none of that number,
/// `unsupported_media_type` where the pixel data is absent, too short, or its fragments cannot be told apart.
result<frame_data> find_frame(const stored_image& image, std::uint64_t number);

/// Turns the bytes of a frame that is stored uncompressed and in big endian.
void turn_to_little_endian(const stored_image& image, frame_data& frame);

} // namespace troupe::imaging
