#include "imaging/codecs.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmjpeg/djcparam.h>
#include <dcmtk/dcmjpeg/djdijg12.h>
#include <dcmtk/dcmjpeg/djdijg16.h>
#include <dcmtk/dcmjpeg/djdijg8.h>

#include <limits>
#include <memory>
#include <optional>

namespace troupe::imaging {
namespace {

/// What the frame header (SOF) of a stream tells.
struct stream_header {
  unsigned precision = 0;
  unsigned rows = 0;
  unsigned columns = 0;
  unsigned components = 0;
};

unsigned byte_at(std::span<const std::byte> bytes, std::size_t at) {
  return std::to_integer<unsigned>(bytes[at]);
}

unsigned word_at(std::span<const std::byte> bytes, std::size_t at) {
  return byte_at(bytes, at) << 8U | byte_at(bytes, at + 1);
}

/// Markers that stand alone: padding, TEM, restarts, the start of the image.
bool alone(unsigned marker) {
  return marker == 0xff || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/// Tables and the like share the range of the frame headers.
bool is_frame_header(unsigned marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

std::optional<stream_header> read_header(std::span<const std::byte> bytes) {
  std::size_t at = 0;
  while (at + 4 <= bytes.size()) {
    if (byte_at(bytes, at) != 0xff)
      return std::nullopt;
    const unsigned marker = byte_at(bytes, at + 1);
    if (alone(marker)) {
      at += marker == 0xff ? 1 : 2;
      continue;
    }
    if (is_frame_header(marker)) {
      if (bytes.size() - at < 10)
        return std::nullopt;
      return stream_header{byte_at(bytes, at + 4), word_at(bytes, at + 5), word_at(bytes, at + 7),
                           byte_at(bytes, at + 9)};
    }
    at += 2 + word_at(bytes, at + 2);
  }
  return std::nullopt;
}

bool fits(const stream_header& header, const pixel_layout& layout) {
  return header.rows == layout.rows && header.columns == layout.columns && header.components == layout.samples
         && header.precision >= 2 && header.precision <= layout.bits_allocated;
}

/// As `dcmdjpeg`: what the data set calls YBR is converted, what it calls RGB is left.
const DJCodecParameter& parameters() {
  static const DJCodecParameter common(ECC_lossyYCbCr, EDC_photometricInterpretation, EUC_never, EPC_default);
  return common;
}

std::unique_ptr<DJDecoder> decoder_for(unsigned precision, bool ybr) {
  if (precision <= 8)
    return std::make_unique<DJDecompressIJG8Bit>(parameters(), ybr);
  if (precision <= 12)
    return std::make_unique<DJDecompressIJG12Bit>(parameters(), ybr);
  return std::make_unique<DJDecompressIJG16Bit>(parameters(), ybr);
}

} // namespace

result<decoded_frame> decode_jpeg(const encoded_frame& frame) {
  const auto& layout = frame.layout;
  const auto header = read_header(frame.bytes);
  if (!header || !fits(*header, layout) || frame.bytes.size() > std::numeric_limits<Uint32>::max())
    return undecodable_stream();
  const bool ybr = layout.color == color_space::ybr_full || layout.color == color_space::ybr_full_422;
  const auto decoder = decoder_for(header->precision, ybr);
  const std::size_t container = decoder->bytesPerSample();
  std::vector<std::byte> samples(static_cast<std::size_t>(layout.sample_count() * container));
  // DCMTK does not write to its input.
  auto* const input = reinterpret_cast<Uint8*>(const_cast<std::byte*>(frame.bytes.data()));
  if (decoder->init().bad()
      || decoder
           ->decode(input, static_cast<Uint32>(frame.bytes.size()), reinterpret_cast<Uint8*>(samples.data()),
                    static_cast<Uint32>(samples.size()), layout.is_signed)
           .bad())
    return undecodable_stream();
  return decoded_frame{in_containers(std::move(samples), container, layout), false,
                       decoder->getDecompressedColorModel() == EPI_RGB};
}

} // namespace troupe::imaging
