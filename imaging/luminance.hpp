/// \file
/// YBR colors as red, green and blue (PS3.3 C.7.6.3.1.2).
#pragma once

#include "imaging/picture.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace troupe::imaging {

/// Undoes the transform of YBR_FULL in place. Nothing is done to pictures that have not three samples a pixel.
void undo_ybr_full(picture& of);

/// Two pixels of YBR_FULL_422 share their colors (Y1 Y2 Cb Cr): samples as those of YBR_FULL.
std::vector<std::byte> full_colors(std::span<const std::byte> bytes, std::size_t sample_bytes);

} // namespace troupe::imaging
