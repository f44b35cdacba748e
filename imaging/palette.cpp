#include "imaging/palette.hpp"

#include <algorithm>

namespace troupe::imaging {
namespace {

constexpr std::size_t entries_max = 65536;

error damaged() {
  return {error_code::unsupported_media_type, "The palette is damaged"};
}

using words = std::vector<std::uint16_t>;

words words_of(std::span<const std::byte> bytes, bool big_endian) {
  words all(bytes.size() / 2);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto first = std::to_integer<unsigned>(bytes[2 * i]);
    const auto second = std::to_integer<unsigned>(bytes[2 * i + 1]);
    all[i] = static_cast<std::uint16_t>(big_endian ? first << 8U | second : second << 8U | first);
  }
  return all;
}

/// Writes out a segmented palette (PS3.3 C.7.9.2).
class segment_reader {
public:
  explicit segment_reader(const words& from) : from_(from) {}

  /// False if the segments are damaged.
  bool run() {
    while (at_ < from_.size())
      if (!segment(at_, true))
        return false;
    return true;
  }

  const words& entries() const noexcept { return out_; }

private:
  bool segment(std::size_t& at, bool indirect_allowed) {
    if (from_.size() - at < 2)
      return false;
    const unsigned kind = from_[at];
    const std::size_t length = from_[at + 1];
    at += 2;
    switch (kind) {
    case 0:
      return discrete(at, length);
    case 1:
      return linear(at, length);
    case 2:
      return indirect_allowed && indirect(at, length);
    default:
      return false;
    }
  }

  bool discrete(std::size_t& at, std::size_t length) {
    // Each segment adds something, so that the number of entries bounds the work.
    if (length == 0 || from_.size() - at < length || entries_max - out_.size() < length)
      return false;
    out_.insert(out_.end(), from_.begin() + static_cast<std::ptrdiff_t>(at),
                from_.begin() + static_cast<std::ptrdiff_t>(at + length));
    at += length;
    return true;
  }

  bool linear(std::size_t& at, std::size_t length) {
    if (at == from_.size() || out_.empty() || length == 0 || entries_max - out_.size() < length)
      return false;
    const int begin = out_.back();
    const int end = from_[at++];
    const int count = static_cast<int>(length);
    for (int i = 1; i <= count; ++i)
      out_.push_back(static_cast<std::uint16_t>(begin + (std::int64_t{end} - begin) * i / count));
    return true;
  }

  /// Segments that stood before, once more. They are no indirect ones, so nothing goes round.
  bool indirect(std::size_t& at, std::size_t count) {
    if (from_.size() - at < 2)
      return false;
    std::size_t place = from_[at] | std::size_t{from_[at + 1]} << 16U;
    at += 2;
    for (; count > 0; --count)
      if (place >= from_.size() || !segment(place, false))
        return false;
    return true;
  }

  const words& from_;
  std::size_t at_ = 0;
  words out_;
};

/// A color of the palette as 8 bits an entry.
result<std::vector<std::uint8_t>> entries_of(const palette_source& source) {
  const auto told = static_cast<std::size_t>(source.descriptor[0]);
  const std::size_t count = told == 0 ? entries_max : told;
  const auto bits = source.descriptor[2];
  std::vector<std::uint8_t> entries(count);
  if (source.segments.empty() && source.entries.size() >= count && source.entries.size() < 2 * count) {
    std::ranges::transform(source.entries.first(count), entries.begin(),
                           [](std::byte value) { return std::to_integer<std::uint8_t>(value); });
    return entries;
  }
  words values = words_of(source.segments.empty() ? source.entries : source.segments, source.big_endian);
  if (!source.segments.empty()) {
    segment_reader reader(values);
    if (!reader.run())
      return damaged();
    values = reader.entries();
  }
  if (values.size() < count || (bits != 8 && bits != 16))
    return damaged();
  std::ranges::transform(
    values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count), entries.begin(),
    [shift = bits == 16 ? 8U : 0U](std::uint16_t value) { return static_cast<std::uint8_t>(value >> shift); });
  return entries;
}

template <class Sample>
void fill(const std::vector<Sample>& indices, std::int64_t first, const std::vector<std::uint8_t>& entries,
          std::uint8_t* out) {
  const auto last = static_cast<std::int64_t>(entries.size()) - 1;
  for (const Sample index : indices) {
    *out = entries[static_cast<std::size_t>(std::clamp<std::int64_t>(std::int64_t{index} - first, 0, last))];
    out += 3;
  }
}

} // namespace

result<picture> apply_palette(const std::array<palette_source, 3>& palette, const picture& indices) {
  picture colored{indices.width, indices.height, 3, 8, {}};
  return std::visit(
    [&]<class Sample>(const std::vector<Sample>& values) -> result<picture> {
      std::vector<std::uint8_t> out(values.size() * 3);
      for (std::size_t color = 0; color < palette.size(); ++color) {
        const auto entries = entries_of(palette[color]);
        if (!entries)
          return entries.error();
        std::int64_t first = palette[color].descriptor[1];
        if (std::is_signed_v<Sample> && first > 32767)
          first -= 65536;
        fill(values, first, *entries, out.data() + color);
      }
      colored.samples = std::move(out);
      return std::move(colored);
    },
    indices.samples);
}

} // namespace troupe::imaging
