/// \file
/// What is shown of a picture: gray values as 8 or 16 bits.
#pragma once

#include <troupe/error.hpp>

#include "imaging/picture.hpp"
#include "imaging/stored_image.hpp"

#include <cstdint>

namespace troupe::imaging {

/// 8 bits a sample: gray values from the least to the greatest one; colors as they are.
picture stretched(const picture& from);

/// 8 bits a sample: gray values through rescale and window; colors as they are.
picture windowed(const picture& from, double slope, double intercept, const window& shown);

/// Makes white what is black, in a picture of 8 bits a sample.
void invert(picture& of);

/// The window of an image that has none: all values that its bits may hold.
window default_window(const pixel_layout& layout);

enum class sample_range : std::uint8_t { uint8, uint16, int16 };

/// Gray values cut off where they do not fit. `unsupported_media_type` for colors.
result<picture> clipped(const picture& from, sample_range to);

/// Gray values through rescale, as numbers. One a sample, in their order.
std::vector<float> rescaled(const picture& from, double slope, double intercept);

} // namespace troupe::imaging
