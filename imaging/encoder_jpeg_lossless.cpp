#include "imaging/encoders.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmjpeg/djcparam.h>
#include <dcmtk/dcmjpeg/djeijg16.h>
#include <dcmtk/dcmjpeg/djeijg8.h>

#include <cstring>
#include <memory>

namespace troupe::imaging {
namespace {

constexpr int first_order_prediction = 1;

/// Colors stay what they are.
const DJCodecParameter& parameters() {
  static const DJCodecParameter unchanged(ECC_lossyYCbCr, EDC_never, EUC_never, EPC_default);
  return unchanged;
}

EP_Interpretation interpretation_of(const pixel_layout& layout) {
  if (layout.samples == 1)
    return EPI_Monochrome2;
  const bool ybr = layout.color == color_space::ybr_full || layout.color == color_space::ybr_full_422;
  return ybr ? EPI_YBR_Full : EPI_RGB;
}

/// `sample` is what the encoder takes samples as.
template <class sample>
result<std::vector<std::byte>> encode_with(DJEncoder& encoder, const pixel_layout& layout,
                                           std::span<const std::byte> samples) {
  std::vector<sample> values(samples.size() / sizeof(sample)); // the encoder wants them aligned and writable
  std::memcpy(values.data(), samples.data(), values.size() * sizeof(sample));
  Uint8* stream = nullptr;
  Uint32 length = 0;
  const auto outcome =
    encoder.encode(static_cast<Uint16>(layout.columns), static_cast<Uint16>(layout.rows), interpretation_of(layout),
                   static_cast<Uint16>(layout.samples), values.data(), stream, length);
  const std::unique_ptr<Uint8[]> owner(stream);
  if (outcome.bad())
    return not_offered();
  const auto bytes = std::as_bytes(std::span(stream, length));
  return std::vector<std::byte>(bytes.begin(), bytes.end());
}

} // namespace

/// All bits of a container are kept, whatever their meaning.
result<std::vector<std::byte>> encode_jpeg_lossless(const pixel_layout& layout, std::span<const std::byte> samples,
                                                    int /*quality*/) {
  if (layout.bits_allocated == 8) {
    DJCompressIJG8Bit encoder(parameters(), EJM_lossless, first_order_prediction, 0);
    return encode_with<Uint8>(encoder, layout, samples);
  }
  if (layout.bits_allocated == 16) {
    DJCompressIJG16Bit encoder(parameters(), EJM_lossless, first_order_prediction, 0);
    return encode_with<Uint16>(encoder, layout, samples);
  }
  return not_offered();
}

} // namespace troupe::imaging
