#include "imaging/codecs.hpp"

#include <algorithm>

namespace troupe::imaging {

error undecodable_stream() {
  return {error_code::unsupported_media_type,
          "The compressed pixel data is damaged, not as described, or of a kind that is not decoded"};
}

std::vector<std::byte> in_containers(std::vector<std::byte> samples, std::size_t container,
                                     const pixel_layout& layout) {
  const std::size_t wanted = layout.bits_allocated / 8;
  if (container == wanted)
    return samples;
  const std::size_t common = std::min(container, wanted);
  std::vector<std::byte> out(static_cast<std::size_t>(layout.decoded_bytes()));
  for (std::size_t i = 0; i < out.size() / wanted; ++i)
    std::copy_n(samples.data() + i * container, common, out.data() + i * wanted);
  return out;
}

result<decoded_frame> direct_decoder::decode(const encoded_frame& frame) {
  if (frame.layout.bits_allocated < 8)
    return undecodable_stream();
  switch (frame.how) {
  case codec::jpeg:
    return decode_jpeg(frame);
  case codec::jpeg_ls:
    return decode_jpeg_ls(frame);
  case codec::jpeg_2000:
    return decode_jpeg_2000(frame);
  case codec::run_length:
  case codec::none:
    break;
  }
  return undecodable_stream();
}

} // namespace troupe::imaging
