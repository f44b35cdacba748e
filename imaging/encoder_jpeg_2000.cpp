#include "imaging/encoders.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <openjpeg.h>

namespace troupe::imaging {
namespace {

using byte_list = std::vector<std::byte>;
using stream_owner = std::unique_ptr<opj_stream_t, decltype(&opj_stream_destroy)>;
using codec_owner = std::unique_ptr<opj_codec_t, decltype(&opj_destroy_codec)>;
using image_owner = std::unique_ptr<opj_image_t, decltype(&opj_image_destroy)>;

/// Where OpenJPEG writes; it goes back to fill in lengths.
struct output {
  byte_list bytes;
  std::size_t at = 0;
};

OPJ_SIZE_T write_some(void* from, OPJ_SIZE_T size, void* user) {
  auto& to = *static_cast<output*>(user);
  to.bytes.resize(std::max<std::size_t>(to.bytes.size(), to.at + size));
  std::memcpy(to.bytes.data() + to.at, from, size);
  to.at += size;
  return size;
}

OPJ_BOOL seek_to(OPJ_OFF_T place, void* user) {
  if (place < 0)
    return OPJ_FALSE;
  static_cast<output*>(user)->at = static_cast<std::size_t>(place);
  return OPJ_TRUE;
}

OPJ_OFF_T skip_some(OPJ_OFF_T size, void* user) {
  auto& to = *static_cast<output*>(user);
  return size >= 0 && seek_to(static_cast<OPJ_OFF_T>(to.at) + size, user) != 0 ? size : -1;
}

stream_owner open_stream(output& to) {
  stream_owner stream(opj_stream_default_create(OPJ_FALSE), opj_stream_destroy);
  if (!stream)
    return stream;
  opj_stream_set_user_data(stream.get(), &to, nullptr);
  opj_stream_set_write_function(stream.get(), write_some);
  opj_stream_set_skip_function(stream.get(), skip_some);
  opj_stream_set_seek_function(stream.get(), seek_to);
  return stream;
}

/// The number in the lower `bits_stored` bits of a container of one or two bytes.
OPJ_INT32 value_at(std::span<const std::byte> container, const pixel_layout& layout) {
  std::uint32_t bits = std::to_integer<std::uint32_t>(container[0]);
  if (container.size() > 1)
    bits |= std::to_integer<std::uint32_t>(container[1]) << 8U;
  const std::uint32_t range = 1U << layout.bits_stored;
  bits &= range - 1;
  const auto value = static_cast<OPJ_INT32>(bits);
  return layout.is_signed && bits >= range / 2 ? value - static_cast<OPJ_INT32>(range) : value;
}

image_owner image_of(const pixel_layout& layout, std::span<const std::byte> samples) {
  opj_image_cmptparm_t component{};
  component.dx = component.dy = 1;
  component.w = layout.columns;
  component.h = layout.rows;
  component.prec = layout.bits_stored;
  component.sgnd = layout.is_signed ? 1 : 0;
  std::array<opj_image_cmptparm_t, 3> components{component, component, component};
  image_owner image(
    opj_image_create(layout.samples, components.data(), layout.samples > 1 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY),
    opj_image_destroy);
  if (!image)
    return image;
  image->x1 = layout.columns;
  image->y1 = layout.rows;
  const std::size_t container = layout.bits_allocated / 8;
  const std::size_t pixels = std::size_t{layout.rows} * layout.columns;
  for (std::size_t i = 0; i < pixels * layout.samples; ++i)
    image->comps[i % layout.samples].data[i / layout.samples] =
      value_at(samples.subspan(i * container, container), layout);
  return image;
}

/// Reversible, whole, colors as they are.
opj_cparameters_t parameters_for(const pixel_layout& layout) {
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.tcp_numlayers = 1;
  parameters.cp_disto_alloc = 1;
  parameters.tcp_mct = 0;
  // Each halves the image once more.
  while (parameters.numresolution > 1 && (1U << (parameters.numresolution - 1)) > std::min(layout.rows, layout.columns))
    --parameters.numresolution;
  return parameters;
}

} // namespace

result<byte_list> encode_jpeg_2000(const pixel_layout& layout, std::span<const std::byte> samples, int /*quality*/) {
  if ((layout.bits_allocated != 8 && layout.bits_allocated != 16) || layout.high_bit + 1 != layout.bits_stored
      || layout.samples > 3)
    return not_offered();
  const auto image = image_of(layout, samples);
  const codec_owner codec(opj_create_compress(OPJ_CODEC_J2K), opj_destroy_codec);
  output to;
  const auto stream = open_stream(to);
  auto parameters = parameters_for(layout);
  if (!image || !codec || !stream || !opj_setup_encoder(codec.get(), &parameters, image.get())
      || !opj_start_compress(codec.get(), image.get(), stream.get()) || !opj_encode(codec.get(), stream.get())
      || !opj_end_compress(codec.get(), stream.get()))
    return not_offered();
  return std::move(to.bytes);
}

} // namespace troupe::imaging
