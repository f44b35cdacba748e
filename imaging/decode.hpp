/// \file
/// From a file to a picture of one of its frames.
#pragma once

#include <troupe/error.hpp>

#include "imaging/frame_decoder.hpp"
#include "imaging/picture.hpp"
#include "imaging/stored_image.hpp"

#include <cstdint>
#include <string_view>

namespace troupe::imaging {

/// Decodes the frame with that number, from 0: stored values of gray images, red, green and blue of colored ones. What
/// is compressed is decoded by `with`, but for run-length encoding. Errors as of `find_frame`, `check` and `decode`.
result<picture> decode(const stored_image& image, std::uint64_t frame, frame_decoder& with);

/// Whether the frames of a file in that transfer syntax go through the `frame_decoder`, which may have to be waited
/// for.
bool needs_decoder(std::string_view transfer_syntax);

} // namespace troupe::imaging
