#include "imaging/codecs.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <openjpeg.h>

namespace troupe::imaging {
namespace {

/// Bytes that OpenJPEG reads.
struct input {
  std::span<const std::byte> bytes;
  std::size_t at = 0;
};

OPJ_SIZE_T read_some(void* into, OPJ_SIZE_T size, void* user) {
  auto& from = *static_cast<input*>(user);
  const std::size_t count = std::min<std::size_t>(size, from.bytes.size() - from.at);
  if (count == 0)
    return static_cast<OPJ_SIZE_T>(-1);
  std::memcpy(into, from.bytes.data() + from.at, count);
  from.at += count;
  return count;
}

OPJ_OFF_T skip_some(OPJ_OFF_T size, void* user) {
  auto& from = *static_cast<input*>(user);
  if (size < 0)
    return -1;
  const auto count = std::min<std::size_t>(static_cast<std::size_t>(size), from.bytes.size() - from.at);
  from.at += count;
  return static_cast<OPJ_OFF_T>(count);
}

OPJ_BOOL seek_to(OPJ_OFF_T place, void* user) {
  auto& from = *static_cast<input*>(user);
  if (place < 0 || static_cast<std::size_t>(place) > from.bytes.size())
    return OPJ_FALSE;
  from.at = static_cast<std::size_t>(place);
  return OPJ_TRUE;
}

using stream_owner = std::unique_ptr<opj_stream_t, decltype(&opj_stream_destroy)>;
using codec_owner = std::unique_ptr<opj_codec_t, decltype(&opj_destroy_codec)>;
using image_owner = std::unique_ptr<opj_image_t, decltype(&opj_image_destroy)>;

stream_owner open_stream(input& from) {
  stream_owner stream(opj_stream_default_create(OPJ_TRUE), opj_stream_destroy);
  if (!stream)
    return stream;
  opj_stream_set_user_data(stream.get(), &from, nullptr);
  opj_stream_set_user_data_length(stream.get(), from.bytes.size());
  opj_stream_set_read_function(stream.get(), read_some);
  opj_stream_set_skip_function(stream.get(), skip_some);
  opj_stream_set_seek_function(stream.get(), seek_to);
  return stream;
}

/// Some writers put the codestream into a JP2 file, which DICOM forbids.
bool is_jp2_file(std::span<const std::byte> bytes) {
  constexpr std::array<unsigned char, 8> box{0, 0, 0, 12, 'j', 'P', ' ', ' '};
  return bytes.size() >= box.size() && std::memcmp(bytes.data(), box.data(), box.size()) == 0;
}

bool fits(const opj_image_t& image, const pixel_layout& layout) {
  if (image.numcomps != layout.samples)
    return false;
  return std::all_of(image.comps, image.comps + image.numcomps, [&](const opj_image_comp_t& component) {
    return component.w == layout.columns && component.h == layout.rows && component.dx == 1 && component.dy == 1
           && component.prec >= 1 && component.prec <= layout.bits_allocated;
  });
}

bool transforms_colors(opj_codec_t* codec) {
  opj_codestream_info_v2_t* info = opj_get_cstr_info(codec);
  const bool does = info != nullptr && info->m_default_tile_info.mct == 1;
  opj_destroy_cstr_info(&info);
  return does;
}

std::vector<std::byte> samples_of(const opj_image_t& image, const pixel_layout& layout) {
  const std::size_t container = layout.bits_allocated / 8;
  const std::size_t pixels = std::size_t{layout.rows} * layout.columns;
  std::vector<std::byte> out(static_cast<std::size_t>(layout.decoded_bytes()));
  for (std::size_t channel = 0; channel < image.numcomps; ++channel) {
    const OPJ_INT32* const values = image.comps[channel].data;
    std::byte* place = out.data() + channel * container;
    for (std::size_t i = 0; i < pixels; ++i, place += container * image.numcomps)
      std::memcpy(place, values + i, container); // the lower bytes: this machine is little endian
  }
  return out;
}

} // namespace

result<decoded_frame> decode_jpeg_2000(const encoded_frame& frame) {
  input from{frame.bytes};
  const auto stream = open_stream(from);
  const codec_owner codec(opj_create_decompress(is_jp2_file(frame.bytes) ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K),
                          opj_destroy_codec);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  if (!stream || !codec || !opj_setup_decoder(codec.get(), &parameters))
    return undecodable_stream();
  opj_image_t* found = nullptr;
  const bool header = opj_read_header(stream.get(), codec.get(), &found) != 0;
  const image_owner image(found, opj_image_destroy);
  if (!header || !image || !fits(*image, frame.layout))
    return undecodable_stream();
  const bool rgb = transforms_colors(codec.get());
  if (!opj_decode(codec.get(), stream.get(), image.get()) || !fits(*image, frame.layout)
      || std::any_of(image->comps, image->comps + image->numcomps,
                     [](const auto& each) { return each.data == nullptr; }))
    return undecodable_stream();
  return decoded_frame{samples_of(*image, frame.layout), false, rgb};
}

} // namespace troupe::imaging
