#include "imaging/decode.hpp"

#include "imaging/frame_data.hpp"
#include "imaging/luminance.hpp"
#include "imaging/palette.hpp"
#include "imaging/run_length.hpp"
#include "imaging/unpack.hpp"

#include <algorithm>
#include <array>

namespace troupe::imaging {
namespace {

result<picture> native_picture(const stored_image& image, const frame_data& frame) {
  const auto& layout = image.layout;
  byte_arrangement how{image.file.encoding.big_endian, image.swapped_bytes, layout.planar};
  if (layout.color != color_space::ybr_full_422)
    return unpack(layout, frame.bytes, how);
  how.planar = false;
  return unpack(layout, full_colors(frame.bytes, layout.bits_allocated / 8), how);
}

result<picture> encapsulated_picture(const pixel_layout& layout, const decoded_frame& decoded) {
  return unpack(layout, decoded.samples, {.planar = decoded.planar});
}

/// Gray values stay, everything else becomes red, green and blue.
result<picture> colored(const stored_image& image, picture plain, bool is_rgb) {
  switch (image.layout.color) {
  case color_space::palette:
    return apply_palette(image.palette, plain);
  case color_space::ybr_full:
  case color_space::ybr_full_422:
    if (!is_rgb)
      undo_ybr_full(plain);
    return plain;
  default:
    return plain;
  }
}

result<decoded_frame> decoded(const encoded_frame& frame, frame_decoder& with) {
  return frame.how == codec::run_length ? decode_run_length(frame) : with.decode(frame);
}

} // namespace

result<codec> codec_of(std::string_view transfer_syntax) {
  constexpr std::array<std::pair<std::string_view, codec>, 11> known{{
    {"1.2.840.10008.1.2.5", codec::run_length},
    {"1.2.840.10008.1.2.4.50", codec::jpeg},
    {"1.2.840.10008.1.2.4.51", codec::jpeg},
    {"1.2.840.10008.1.2.4.53", codec::jpeg},
    {"1.2.840.10008.1.2.4.55", codec::jpeg},
    {"1.2.840.10008.1.2.4.57", codec::jpeg},
    {"1.2.840.10008.1.2.4.70", codec::jpeg},
    {"1.2.840.10008.1.2.4.80", codec::jpeg_ls},
    {"1.2.840.10008.1.2.4.81", codec::jpeg_ls},
    {"1.2.840.10008.1.2.4.90", codec::jpeg_2000},
    {"1.2.840.10008.1.2.4.91", codec::jpeg_2000},
  }};
  const auto* const found = std::ranges::find(known, transfer_syntax, &std::pair<std::string_view, codec>::first);
  if (found != known.end())
    return found->second;
  return error{error_code::unsupported_media_type, "Pixels of that transfer syntax cannot be decoded"};
}

result<picture> decode(const stored_image& image, std::uint64_t frame, frame_decoder& with) {
  const auto found = find_frame(image, frame);
  if (!found)
    return found.error();
  if (const auto checked = check(image.layout); !checked)
    return checked.error();
  if (!image.encapsulated) {
    auto plain = native_picture(image, *found);
    return plain ? colored(image, *std::move(plain), false) : plain;
  }
  const auto how = codec_of(image.file.transfer_syntax);
  if (!how)
    return how.error();
  const auto frame_decoded = decoded({*how, image.layout, found->bytes}, with);
  if (!frame_decoded)
    return frame_decoded.error();
  auto plain = encapsulated_picture(image.layout, *frame_decoded);
  return plain ? colored(image, *std::move(plain), frame_decoded->is_rgb) : plain;
}

bool needs_decoder(std::string_view transfer_syntax) {
  const auto how = codec_of(transfer_syntax);
  return how && *how != codec::none && *how != codec::run_length;
}

} // namespace troupe::imaging
