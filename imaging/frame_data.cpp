#include "imaging/frame_data.hpp"

#include <algorithm>

namespace troupe::imaging {
namespace {

error undecodable(const char* why) {
  return {error_code::unsupported_media_type, why};
}

/// Frames of one bit a pixel may begin within a byte; the copy begins with one.
std::vector<std::byte> shifted(std::span<const std::byte> from, std::uint64_t first_bit, std::uint64_t bits) {
  const auto begin = static_cast<std::size_t>(first_bit / 8);
  const auto shift = static_cast<unsigned>(first_bit % 8);
  std::vector<std::byte> out(static_cast<std::size_t>((bits + 7) / 8));
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = from[begin + i] >> shift;
    if (begin + i + 1 < from.size())
      out[i] |= from[begin + i + 1] << (8 - shift);
  }
  return out;
}

result<frame_data> native_frame(const stored_image& image, std::uint64_t number) {
  const std::uint64_t bits = image.layout.native_bits();
  // Rows, columns and samples have 16 bits each, the number of the frame 32: the product may not fit 64.
  std::uint64_t first_bit = 0;
  std::uint64_t end_bit = 0;
  if (bits == 0 || __builtin_mul_overflow(bits, number, &first_bit) || __builtin_add_overflow(first_bit, bits, &end_bit)
      || end_bit > std::uint64_t{image.native.size()} * 8)
    return undecodable("The pixel data is shorter than its description");
  if (first_bit % 8 != 0)
    return frame_data{{}, shifted(image.native, first_bit, bits)};
  const auto begin = static_cast<std::size_t>(first_bit / 8);
  return frame_data{image.native.subspan(begin, static_cast<std::size_t>((bits + 7) / 8)), {}};
}

using fragments = std::span<const pixel_fragment>;

/// Where the frame begins by the table of offsets.
const pixel_fragment* by_offset(const stored_image& image, std::uint64_t number) {
  const auto found = std::ranges::lower_bound(image.fragments, image.offsets[static_cast<std::size_t>(number)], {},
                                              &pixel_fragment::offset);
  const bool exact = found != image.fragments.end() && found->offset == image.offsets[static_cast<std::size_t>(number)];
  return exact ? &*found : nullptr;
}

/// The first bytes of a JPEG, JPEG-LS or JPEG 2000 stream.
bool begins_stream(const pixel_fragment& fragment) {
  const auto& bytes = fragment.bytes;
  return bytes.size() >= 2 && bytes[0] == std::byte{0xff}
         && (bytes[1] == std::byte{0xd8} || bytes[1] == std::byte{0x4f});
}

fragments from_table(const stored_image& image, std::uint64_t number) {
  const auto* const begin = by_offset(image, number);
  if (begin == nullptr)
    return {};
  if (number + 1 == image.frames)
    return {begin, image.fragments.data() + image.fragments.size()};
  const auto* const end = by_offset(image, number + 1);
  return end != nullptr && begin < end ? fragments{begin, end} : fragments{};
}

/// Frames that no table tells apart begin where a stream does.
fragments by_marker(const stored_image& image, std::uint64_t number) {
  if (static_cast<std::uint64_t>(std::ranges::count_if(image.fragments, begins_stream)) != image.frames)
    return {};
  auto begin = std::ranges::find_if(image.fragments, begins_stream);
  for (; number > 0; --number)
    begin = std::find_if(begin + 1, image.fragments.end(), begins_stream);
  return {begin, std::find_if(begin + 1, image.fragments.end(), begins_stream)};
}

fragments fragments_of(const stored_image& image, std::uint64_t number) {
  if (image.frames == 1)
    return image.fragments;
  if (image.offsets.size() == image.frames)
    if (const auto found = from_table(image, number); !found.empty())
      return found;
  if (image.fragments.size() == image.frames)
    return fragments{image.fragments}.subspan(static_cast<std::size_t>(number), 1);
  return by_marker(image, number);
}

result<frame_data> encapsulated_frame(const stored_image& image, std::uint64_t number) {
  const auto parts = fragments_of(image, number);
  if (parts.empty())
    return undecodable("The fragments of the pixel data do not tell where its frames begin");
  if (parts.size() == 1)
    return frame_data{parts.front().bytes, {}};
  frame_data joined;
  for (const auto& part : parts)
    joined.owned.insert(joined.owned.end(), part.bytes.begin(), part.bytes.end());
  return joined;
}

} // namespace

void turn_to_little_endian(const stored_image& image, frame_data& frame) {
  const std::size_t word = image.layout.bits_allocated > 8 ? image.layout.bits_allocated / 8
                           : image.swapped_bytes           ? 2
                                                           : 1;
  if (frame.owned.empty())
    frame.owned.assign(frame.bytes.begin(), frame.bytes.end());
  for (std::size_t i = 0; i + word <= frame.owned.size(); i += word)
    std::reverse(frame.owned.begin() + static_cast<std::ptrdiff_t>(i),
                 frame.owned.begin() + static_cast<std::ptrdiff_t>(i + word));
  frame.bytes = frame.owned;
}

result<frame_data> find_frame(const stored_image& image, std::uint64_t number) {
  if (number >= image.frames)
    return error{error_code::parameter_out_of_range, "There is no frame of that number"};
  if (!image.has_pixels)
    return undecodable(image.floating ? "Floating-point pixels are not decoded" : "There is no pixel data");
  auto found = image.encapsulated ? encapsulated_frame(image, number) : native_frame(image, number);
  if (found && !found->owned.empty())
    found->bytes = found->owned;
  return found;
}

} // namespace troupe::imaging
