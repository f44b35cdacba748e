#include "imaging/run_length.hpp"

#include <algorithm>
#include <array>

namespace troupe::imaging {
namespace {

constexpr std::size_t header_bytes = 64;
constexpr std::size_t segments_max = 15;
/// Two bytes become at most 128.
constexpr std::uint64_t ratio_max = 64;

error damaged() {
  return {error_code::unsupported_media_type, "The run-length encoded pixel data is damaged"};
}

std::uint32_t load_32(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 4; i-- > 0;)
    number = number << 8U | std::to_integer<std::uint32_t>(bytes[at + i]);
  return number;
}

/// Writes every `step`th byte of a frame.
struct plane {
  std::byte* first;
  std::size_t step;
  std::size_t count;
};

/// Unpacks a segment (PackBits). False if it has too few bytes.
bool unpack(std::span<const std::byte> from, const plane& into) {
  std::size_t done = 0;
  std::size_t at = 0;
  while (done < into.count) {
    if (at + 1 >= from.size())
      return false;
    const auto control = std::to_integer<unsigned>(from[at++]);
    if (control == 128)
      continue;
    const bool repeat = control > 128;
    const auto count = std::min<std::size_t>(repeat ? 257 - control : control + 1, into.count - done);
    if (!repeat && from.size() - at < count)
      return false;
    for (std::size_t i = 0; i < count; ++i)
      into.first[(done + i) * into.step] = from[repeat ? at : at + i];
    at += repeat ? 1 : count;
    done += count;
  }
  return true;
}

} // namespace

result<decoded_frame> decode_run_length(const encoded_frame& frame) {
  const auto& layout = frame.layout;
  const std::size_t sample_bytes = (layout.bits_allocated + 7) / 8;
  const std::size_t segments = sample_bytes * layout.samples;
  if (layout.bits_allocated < 8 || segments > segments_max || frame.bytes.size() < header_bytes
      || load_32(frame.bytes, 0) != segments || layout.decoded_bytes() > ratio_max * frame.bytes.size())
    return damaged();
  decoded_frame out;
  out.samples.resize(static_cast<std::size_t>(layout.decoded_bytes()));
  const std::size_t pixel_bytes = segments;
  const auto pixels = static_cast<std::size_t>(std::uint64_t{layout.rows} * layout.columns);
  for (std::size_t i = 0; i < segments; ++i) {
    const std::size_t begin = load_32(frame.bytes, 4 + 4 * i);
    const std::size_t end = i + 1 < segments ? load_32(frame.bytes, 8 + 4 * i) : frame.bytes.size();
    if (begin < header_bytes || begin > end || end > frame.bytes.size())
      return damaged();
    // The most significant byte of a sample comes first, here it is last.
    const std::size_t place = i / sample_bytes * sample_bytes + (sample_bytes - 1 - i % sample_bytes);
    if (!unpack(frame.bytes.subspan(begin, end - begin), {out.samples.data() + place, pixel_bytes, pixels}))
      return damaged();
  }
  return out;
}

} // namespace troupe::imaging
