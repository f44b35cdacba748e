#include "imaging/codecs.hpp"

#include <charls/charls.h>

namespace troupe::imaging {

result<decoded_frame> decode_jpeg_ls(const encoded_frame& frame) {
  const auto& layout = frame.layout;
  try {
    charls::jpegls_decoder decoder;
    decoder.source(frame.bytes.data(), frame.bytes.size());
    decoder.read_header();
    const auto& info = decoder.frame_info();
    if (info.width != layout.columns || info.height != layout.rows
        || info.component_count != static_cast<std::int32_t>(layout.samples)
        || info.bits_per_sample > static_cast<std::int32_t>(layout.bits_allocated))
      return undecodable_stream();
    const std::size_t container = info.bits_per_sample > 8 ? 2 : 1;
    if (decoder.destination_size() != layout.sample_count() * container)
      return undecodable_stream();
    std::vector<std::byte> samples(decoder.destination_size());
    decoder.decode(samples.data(), samples.size());
    const bool planar = layout.samples > 1 && decoder.interleave_mode() == charls::interleave_mode::none;
    return decoded_frame{in_containers(std::move(samples), container, layout), planar, false};
  } catch (const charls::jpegls_error&) {
    return undecodable_stream();
  }
}

} // namespace troupe::imaging
