/// \file
/// In what form an image is sent: `Accept` and `quality`.
#pragma once

#include <troupe/error.hpp>

#include "http/call.hpp"
#include "imaging/picture.hpp"

#include <cstdint>

namespace troupe::http {

enum class image_format : std::uint8_t { png, jpeg, portable_map };

struct image_encoding {
  image_format format = image_format::png;
  int jpeg_quality = 90;
};

/// What the client likes most of what there is: PNG, portable arbitrary map and, for samples of 8 bits, JPEG. PNG where
/// nothing is asked for. Errors: `not_acceptable`; `parameter_out_of_range` for a quality that is not from 1 to 100.
result<image_encoding> image_encoding_of(const request_head& request, bool eight_bits);

/// The reply with the image.
reply image_reply(const imaging::picture& shown, const image_encoding& as);

} // namespace troupe::http
