/// \file
/// Pictures made larger or smaller.
#pragma once

#include "imaging/picture.hpp"

#include <cstdint>

namespace troupe::imaging {

/// A size in pixels.
struct extent {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  friend bool operator==(const extent&, const extent&) = default;
};

/// The largest size with the proportions of `from` that fits into `box`, where 0 is no bound; `from` if both are 0.
/// Never empty. What exceeds 32 bits is cut off.
extent fitted(extent from, extent box);

/// The picture, which has 8 bits a sample, in another size: each pixel is the nearest one. If it becomes smaller and
/// `smooth`, a filter (1 4 6 4 1) takes away details before.
picture resized(const picture& from, extent to, bool smooth);

} // namespace troupe::imaging
