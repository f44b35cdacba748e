/// \file
/// The codecs of others: DCMTK's JPEG, CharLS, OpenJPEG. They run in processes of their own (`decoder_pool`).
#pragma once

#include "imaging/frame_decoder.hpp"

namespace troupe::imaging {

/// Each decodes a frame whose layout `check` has accepted. The size that the stream tells must be the layout's.
result<decoded_frame> decode_jpeg(const encoded_frame& frame);
result<decoded_frame> decode_jpeg_ls(const encoded_frame& frame);
result<decoded_frame> decode_jpeg_2000(const encoded_frame& frame);

/// Decodes in this process.
class direct_decoder final : public frame_decoder {
public:
  result<decoded_frame> decode(const encoded_frame& frame) override;
};

/// The error for what a codec does not understand.
error undecodable_stream();

/// Samples of containers of 8 or 16 bits in those of the layout.
std::vector<std::byte> in_containers(std::vector<std::byte> samples, std::size_t container, const pixel_layout& layout);

} // namespace troupe::imaging
