/// \file
/// From a file to a picture of one of its frames.
#pragma once

#include <troupe/error.hpp>

#include "imaging/frame_decoder.hpp"
#include "imaging/picture.hpp"
#include "imaging/stored_image.hpp"

#include <cstdint>

namespace troupe::imaging {

/// Decodes the frame with that number, from 0: stored values of gray images, red, green and blue of colored ones. What
/// is compressed is decoded by `with`, but for run-length encoding. Errors as of `find_frame`, `check` and `decode`.
result<picture> decode(const stored_image& image, std::uint64_t frame, frame_decoder& with);

} // namespace troupe::imaging
