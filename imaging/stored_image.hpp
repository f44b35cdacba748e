/// \file
/// The image in a DICOM file: what describes it and where its pixels are. Nothing is copied or decoded.
#pragma once

#include <troupe/error.hpp>

#include "dicom/part10_file.hpp"
#include "imaging/pixel_layout.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace troupe::imaging {

/// A color of a palette (PS3.3 C.7.6.3.1.5).
struct palette_source {
  std::array<std::int32_t, 3> descriptor{}; ///< entries, first value, bits
  std::span<const std::byte> entries;
  std::span<const std::byte> segments; ///< of a segmented palette
  bool big_endian = false;
};

/// A part of encapsulated pixel data.
struct pixel_fragment {
  std::uint64_t offset = 0; ///< of its item, from the first one's
  std::span<const std::byte> bytes;
};

/// VOI window (PS3.3 C.11.2).
struct window {
  double center = 0;
  double width = 1;
};

/// Spans are into the file, or into `file.inflated`.
struct stored_image {
  dicom::part10_file file;
  pixel_layout layout;
  std::uint32_t frames = 1;
  double slope = 1;
  double intercept = 0;
  std::optional<window> voi; ///< the first, where both values are there
  std::array<palette_source, 3> palette;

  bool has_pixels = false;
  bool floating = false; ///< pixels are floating-point numbers
  bool encapsulated = false;
  bool swapped_bytes = false;        ///< the pixel data is words whose bytes are exchanged
  std::span<const std::byte> native; ///< of pixels that are not encapsulated
  std::vector<pixel_fragment> fragments;
  std::vector<std::uint64_t> offsets; ///< of the frames, relative to the first fragment's item; empty if not told
};

/// Reads all of a file but the pixels themselves. Errors: `bad_file_format` where the file cannot be read. What the
/// description is worth is said by `check`.
result<stored_image> read_image(std::span<const std::byte> file);

} // namespace troupe::imaging
