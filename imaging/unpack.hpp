/// \file
/// Stored or decoded bytes as samples: byte order, bit fields, signs, planes.
#pragma once

#include <troupe/error.hpp>

#include "imaging/frame_decoder.hpp"
#include "imaging/picture.hpp"
#include "imaging/pixel_layout.hpp"

#include <cstddef>
#include <span>

namespace troupe::imaging {

/// How the bytes of a frame are arranged.
struct byte_arrangement {
  bool big_endian = false;
  bool swapped_bytes = false; ///< samples of 8 or fewer bits in words whose bytes are exchanged
  bool planar = false;
};

/// The samples of a frame as the layout says, which `check` has accepted: right-aligned, with their signs; bits become
/// 0 and 255, as clients expect them. Palette indices and colors are left as they are. `unsupported_media_type` if
/// there are too few bytes.
result<picture> unpack(const pixel_layout& layout, std::span<const std::byte> bytes, const byte_arrangement& how);

} // namespace troupe::imaging
