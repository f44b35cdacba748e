/// \file
/// RLE Lossless (PS3.5 annex G).
#pragma once

#include "imaging/frame_decoder.hpp"

namespace troupe::imaging {

/// Decodes a frame. A segment that is too short, or leaves the frame, is an error; what follows its last byte is not.
result<decoded_frame> decode_run_length(const encoded_frame& frame);

} // namespace troupe::imaging
