/// \file
/// Palettes (PS3.3 C.7.9): stored values that stand for colors.
#pragma once

#include <troupe/error.hpp>

#include "imaging/picture.hpp"
#include "imaging/stored_image.hpp"

namespace troupe::imaging {

/// The colors of an image of palette indices, 8 bits each. `unsupported_media_type` where the palette is damaged.
result<picture> apply_palette(const std::array<palette_source, 3>& palette, const picture& indices);

} // namespace troupe::imaging
