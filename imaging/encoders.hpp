/// \file
/// Frames as streams of compressed transfer syntaxes.
#pragma once

#include <troupe/error.hpp>

#include "imaging/frame_decoder.hpp"
#include "imaging/pixel_layout.hpp"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace troupe::imaging {

/// Samples of a frame as of `decoded_frame`, those of a pixel beside one another. Errors: `not_implemented` for what
/// the syntax does not offer.
using frame_encoder = result<std::vector<std::byte>> (*)(const pixel_layout& layout, std::span<const std::byte> samples,
                                                         int quality);

/// Nothing for syntaxes that are not written.
frame_encoder encoder_for(std::string_view transfer_syntax);

result<std::vector<std::byte>> encode_run_length(const pixel_layout& layout, std::span<const std::byte> samples,
                                                 int quality);
result<std::vector<std::byte>> encode_jpeg_ls(const pixel_layout& layout, std::span<const std::byte> samples,
                                              int quality);
/// Process 14, selection value 1: JPEG lossless as everybody reads it.
result<std::vector<std::byte>> encode_jpeg_lossless(const pixel_layout& layout, std::span<const std::byte> samples,
                                                    int quality);
/// Reversible.
result<std::vector<std::byte>> encode_jpeg_2000(const pixel_layout& layout, std::span<const std::byte> samples,
                                                int quality);
/// Baseline: 8 bits a sample, which become others.
result<std::vector<std::byte>> encode_jpeg(const pixel_layout& layout, std::span<const std::byte> samples, int quality);

/// The error for images that a syntax cannot hold.
error not_offered();

} // namespace troupe::imaging
