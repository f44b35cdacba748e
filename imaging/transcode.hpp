/// \file
/// A DICOM file in another transfer syntax.
#pragma once

#include <troupe/error.hpp>

#include "imaging/frame_decoder.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace troupe::imaging {

/// The file in that transfer syntax: uncompressed, RLE, lossless JPEG, JPEG-LS or JPEG 2000, or JPEG baseline, which
/// gives the instance another SOPInstanceUID since its pixels change. Errors: `parameter_out_of_range` for what is
/// none, `not_implemented` for other syntaxes and for images that the syntax does not offer, `unsupported_media_type`
/// for what cannot be decoded, `not_enough_memory` beyond 1 GiB.
result<std::string> transcode(std::span<const std::byte> file, std::string_view transfer_syntax, int jpeg_quality,
                              frame_decoder& with);

} // namespace troupe::imaging
