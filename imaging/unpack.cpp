#include "imaging/unpack.hpp"

#include <bit>
#include <cstring>
#include <type_traits>
#include <utility>

namespace troupe::imaging {
namespace {

static_assert(std::endian::native == std::endian::little);

template <class Sample>
Sample swapped(Sample value) {
  if constexpr (sizeof(Sample) == 2)
    return static_cast<Sample>(__builtin_bswap16(static_cast<std::uint16_t>(value)));
  else if constexpr (sizeof(Sample) == 4)
    return static_cast<Sample>(__builtin_bswap32(static_cast<std::uint32_t>(value)));
  return value;
}

/// Where the bits of a sample lie in its container.
struct bit_field {
  unsigned above; ///< bits over it
  unsigned below; ///< and those that are none of it when it stands at the top
};

/// Moves the field down, with its sign.
template <class Sample>
Sample extract(Sample value, bit_field field) {
  using bits = std::make_unsigned_t<Sample>;
  const auto top = static_cast<Sample>(static_cast<bits>(static_cast<bits>(value) << field.above));
  return static_cast<Sample>(top >> field.below);
}

template <class Sample>
std::vector<Sample> whole_samples(const pixel_layout& layout, std::span<const std::byte> bytes, bool big_endian) {
  std::vector<Sample> samples(bytes.size() / sizeof(Sample));
  std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(Sample));
  if (big_endian)
    for (auto& sample : samples)
      sample = swapped(sample);
  const bit_field field{layout.bits_allocated - 1 - layout.high_bit, layout.bits_allocated - layout.bits_stored};
  if (field.below != 0)
    for (auto& sample : samples)
      sample = extract(sample, field);
  return samples;
}

template <class Sample>
std::vector<Sample> interleaved(const std::vector<Sample>& planes, std::size_t channels) {
  std::vector<Sample> out(planes.size());
  const std::size_t pixels = planes.size() / channels;
  for (std::size_t channel = 0; channel < channels; ++channel)
    for (std::size_t i = 0; i < pixels; ++i)
      out[i * channels + channel] = planes[channel * pixels + i];
  return out;
}

std::vector<std::uint8_t> bits_of(std::span<const std::byte> bytes, std::size_t count, bool palette) {
  std::vector<std::uint8_t> samples(count);
  const std::uint8_t one = palette ? 1 : 255;
  for (std::size_t i = 0; i < count; ++i)
    samples[i] = std::to_integer<unsigned>(bytes[i / 8] >> (i % 8)) % 2 != 0 ? one : 0;
  return samples;
}

/// Exchanges the bytes of each word; one that is left over stays.
std::vector<std::byte> exchanged(std::span<const std::byte> bytes) {
  std::vector<std::byte> out(bytes.begin(), bytes.end());
  for (std::size_t i = 0; i + 1 < out.size(); i += 2)
    std::swap(out[i], out[i + 1]);
  return out;
}

template <class Sample>
sample_buffer samples_of(const pixel_layout& layout, std::span<const std::byte> bytes, const byte_arrangement& how) {
  auto samples = whole_samples<Sample>(layout, bytes, how.big_endian);
  if (how.planar && layout.samples > 1)
    samples = interleaved(samples, layout.samples);
  return samples;
}

sample_buffer all_samples(const pixel_layout& layout, std::span<const std::byte> bytes, const byte_arrangement& how) {
  switch (layout.bits_allocated) {
  case 8:
    return layout.is_signed ? samples_of<std::int8_t>(layout, bytes, how)
                            : samples_of<std::uint8_t>(layout, bytes, how);
  case 16:
    return layout.is_signed ? samples_of<std::int16_t>(layout, bytes, how)
                            : samples_of<std::uint16_t>(layout, bytes, how);
  default:
    return layout.is_signed ? samples_of<std::int32_t>(layout, bytes, how)
                            : samples_of<std::uint32_t>(layout, bytes, how);
  }
}

} // namespace

result<picture> unpack(const pixel_layout& layout, std::span<const std::byte> bytes, const byte_arrangement& how) {
  picture out{layout.columns, layout.rows, layout.samples, layout.bits_stored, {}};
  std::vector<std::byte> owned;
  if (how.swapped_bytes && layout.bits_allocated <= 8)
    bytes = owned = exchanged(bytes);
  if (layout.bits_allocated == 1) {
    if (std::uint64_t{bytes.size()} * 8 < layout.sample_count())
      return error{error_code::unsupported_media_type, "The pixel data is too short"};
    out.depth = 8;
    out.samples = bits_of(bytes, static_cast<std::size_t>(layout.sample_count()), layout.color == color_space::palette);
    return out;
  }
  if (bytes.size() < layout.decoded_bytes())
    return error{error_code::unsupported_media_type, "The pixel data is too short"};
  out.samples = all_samples(layout, bytes.first(static_cast<std::size_t>(layout.decoded_bytes())), how);
  return out;
}

} // namespace troupe::imaging
