#include "imaging/encoders.hpp"

#include "imaging/picture.hpp"
#include "imaging/writers.hpp"

#include <algorithm>
#include <array>
#include <charls/charls.h>
#include <cstring>
#include <string>

namespace troupe::imaging {
namespace {

using byte_list = std::vector<std::byte>;

/// Each kind of byte of a frame in a segment of its own.
byte_list gathered(std::span<const std::byte> samples, std::size_t first, std::size_t step) {
  byte_list out;
  out.reserve(samples.size() / step);
  for (std::size_t i = first; i < samples.size(); i += step)
    out.push_back(samples[i]);
  return out;
}

constexpr std::size_t packet_max = 128;

std::size_t run_at(std::span<const std::byte> row, std::size_t at) {
  std::size_t end = at + 1;
  while (end < row.size() && end - at < packet_max && row[end] == row[at])
    ++end;
  return end - at;
}

/// Runs of three and more are worth a packet; what lies between is literal.
void pack(std::span<const std::byte> row, byte_list& out) {
  std::size_t at = 0;
  while (at < row.size()) {
    if (const auto run = run_at(row, at); run >= 3) {
      out.push_back(static_cast<std::byte>(257 - run));
      out.push_back(row[at]);
      at += run;
      continue;
    }
    std::size_t end = at;
    while (end < row.size() && end - at < packet_max && run_at(row, end) < 3)
      ++end;
    out.push_back(static_cast<std::byte>(end - at - 1));
    out.insert(out.end(), row.begin() + static_cast<std::ptrdiff_t>(at),
               row.begin() + static_cast<std::ptrdiff_t>(end));
    at = end;
  }
}

void store_32(byte_list& out, std::size_t place, std::size_t number) {
  for (std::size_t i = 0; i < 4; ++i)
    out[place + i] = static_cast<std::byte>(number >> (8 * i) & 0xffU);
}

/// The stored bits of each sample without those above them, in as few bytes as hold them.
byte_list stored_bits(const pixel_layout& layout, std::span<const std::byte> samples) {
  const std::size_t container = layout.bits_allocated / 8;
  const std::size_t needed = (layout.bits_stored + 7) / 8;
  const auto mask = static_cast<std::byte>((1U << ((layout.bits_stored - 1) % 8 + 1)) - 1);
  byte_list out(samples.size() / container * needed);
  for (std::size_t from = 0, to = 0; to < out.size(); from += container, to += needed) {
    std::copy_n(samples.data() + from, needed, out.data() + to);
    out[to + needed - 1] &= mask;
  }
  return out;
}

} // namespace

error not_offered() {
  return {error_code::not_implemented, "Images of that kind are not written in that transfer syntax"};
}

/// No packet goes over the end of a row (PS3.5 G.3.1).
result<byte_list> encode_run_length(const pixel_layout& layout, std::span<const std::byte> samples, int /*quality*/) {
  constexpr std::size_t segments_max = 15;
  constexpr std::size_t header_bytes = 64;
  const std::size_t sample_bytes = layout.bits_allocated / 8;
  const std::size_t segments = sample_bytes * layout.samples;
  if (sample_bytes == 0 || segments > segments_max)
    return not_offered();
  byte_list out(header_bytes);
  store_32(out, 0, segments);
  for (std::size_t i = 0; i < segments; ++i) {
    store_32(out, 4 + 4 * i, out.size());
    const std::size_t place = i / sample_bytes * sample_bytes + (sample_bytes - 1 - i % sample_bytes);
    const auto plane = gathered(samples, place, segments);
    for (std::size_t row = 0; row < layout.rows; ++row)
      pack(std::span(plane).subspan(row * layout.columns, layout.columns), out);
    out.resize(out.size() + out.size() % 2);
  }
  return out;
}

result<byte_list> encode_jpeg_ls(const pixel_layout& layout, std::span<const std::byte> samples, int /*quality*/) {
  if ((layout.bits_allocated != 8 && layout.bits_allocated != 16) || layout.high_bit + 1 != layout.bits_stored
      || layout.bits_stored < 2)
    return not_offered();
  try {
    charls::jpegls_encoder encoder;
    encoder.frame_info({layout.columns, layout.rows, static_cast<std::int32_t>(layout.bits_stored),
                        static_cast<std::int32_t>(layout.samples)});
    if (layout.samples > 1)
      encoder.interleave_mode(charls::interleave_mode::sample);
    byte_list out(encoder.estimated_destination_size());
    encoder.destination(out.data(), out.size());
    const auto stored = stored_bits(layout, samples);
    out.resize(encoder.encode(stored.data(), stored.size()));
    return out;
  } catch (const charls::jpegls_error&) {
    return not_offered();
  }
}

result<byte_list> encode_jpeg(const pixel_layout& layout, std::span<const std::byte> samples, int quality) {
  if (layout.bits_allocated != 8 || layout.bits_stored != 8 || layout.is_signed || layout.color == color_space::palette)
    return not_offered();
  std::vector<std::uint8_t> values(samples.size());
  std::memcpy(values.data(), samples.data(), samples.size());
  const auto file = jpeg({layout.columns, layout.rows, layout.samples, 8, std::move(values)}, quality);
  const auto bytes = std::as_bytes(std::span(file));
  return byte_list(bytes.begin(), bytes.end());
}

frame_encoder encoder_for(std::string_view transfer_syntax) {
  constexpr std::array<std::pair<std::string_view, frame_encoder>, 5> known{{
    {"1.2.840.10008.1.2.5", encode_run_length},
    {"1.2.840.10008.1.2.4.50", encode_jpeg},
    {"1.2.840.10008.1.2.4.70", encode_jpeg_lossless},
    {"1.2.840.10008.1.2.4.80", encode_jpeg_ls},
    {"1.2.840.10008.1.2.4.90", encode_jpeg_2000},
  }};
  const auto* const found =
    std::ranges::find(known, transfer_syntax, &std::pair<std::string_view, frame_encoder>::first);
  return found == known.end() ? nullptr : found->second;
}

} // namespace troupe::imaging
