#include "imaging/render.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace troupe::imaging {
namespace {

using bytes = std::vector<std::uint8_t>;

/// The upper 8 bits of each sample.
template <class Sample>
bytes upper_bits(const std::vector<Sample>& from, std::uint32_t depth) {
  bytes out(from.size());
  if constexpr (sizeof(Sample) == 1) {
    std::ranges::transform(from, out.begin(), [](Sample value) { return static_cast<std::uint8_t>(value); });
  } else {
    const auto shift = depth > 8 ? depth - 8 : 0;
    std::ranges::transform(from, out.begin(), [shift](Sample value) {
      return static_cast<std::uint8_t>(static_cast<std::make_unsigned_t<Sample>>(value) >> shift);
    });
  }
  return out;
}

picture colors(const picture& from) {
  return {from.width, from.height, from.channels, 8,
          std::visit([&](const auto& samples) { return upper_bits(samples, from.depth); }, from.samples)};
}

/// The order of the operations is that of Orthanc: it decides which way a half goes.
template <class Sample>
bytes stretch(const std::vector<Sample>& from) {
  bytes out(from.size());
  const auto [least, greatest] = std::ranges::minmax(from);
  const float span = static_cast<float>(greatest) - static_cast<float>(least);
  const float scale = span > 0 ? 255.0F / span : 0.0F;
  const float offset = static_cast<float>(least) * scale;
  std::ranges::transform(from, out.begin(), [=](Sample value) {
    const float place = static_cast<float>(value) * scale - offset + 0.5F;
    return static_cast<std::uint8_t>(std::clamp(place, 0.0F, 255.0F));
  });
  return out;
}

/// Values of 8 and 16 bits are looked up.
template <class Sample, class Function>
bytes mapped(const std::vector<Sample>& from, Function map) {
  bytes out(from.size());
  using limits = std::numeric_limits<Sample>;
  constexpr std::size_t values = sizeof(Sample) <= 2 ? std::size_t{1} << (8 * sizeof(Sample)) : 0;
  if (values == 0 || from.size() < values) {
    std::ranges::transform(from, out.begin(), map);
    return out;
  }
  bytes table(values);
  for (std::size_t i = 0; i < values; ++i)
    table[i] = map(static_cast<Sample>(static_cast<std::int64_t>(limits::min()) + static_cast<std::int64_t>(i)));
  std::ranges::transform(from, out.begin(), [&](Sample value) {
    return table[static_cast<std::size_t>(std::int64_t{value} - std::int64_t{limits::min()})];
  });
  return out;
}

template <class To, class Sample>
std::vector<To> clip(const std::vector<Sample>& from) {
  std::vector<To> out(from.size());
  using limits = std::numeric_limits<To>;
  std::ranges::transform(from, out.begin(), [](Sample value) {
    return static_cast<To>(std::clamp<std::int64_t>(value, limits::min(), limits::max()));
  });
  return out;
}

template <class To>
sample_buffer clip_samples(const picture& from) {
  return std::visit([](const auto& samples) -> sample_buffer { return clip<To>(samples); }, from.samples);
}

} // namespace

picture stretched(const picture& from) {
  if (from.channels != 1)
    return colors(from);
  return {from.width, from.height, 1, 8,
          std::visit([&](const auto& samples) { return stretch(samples); }, from.samples)};
}

picture windowed(const picture& from, double slope, double intercept, const window& shown) {
  if (from.channels != 1)
    return colors(from);
  const double width = std::max(shown.width, 1.0);
  const double low = shown.center - width / 2;
  const auto map = [=](auto value) {
    const double place = (static_cast<double>(value) * slope + intercept - low) / width * 255;
    return static_cast<std::uint8_t>(std::clamp(place, 0.0, 255.0));
  };
  return {from.width, from.height, 1, 8,
          std::visit([&](const auto& samples) { return mapped(samples, map); }, from.samples)};
}

void invert(picture& of) {
  for (auto& sample : std::get<bytes>(of.samples))
    sample = static_cast<std::uint8_t>(~sample);
}

window default_window(const pixel_layout& layout) {
  const double width = std::ldexp(1.0, static_cast<int>(layout.bits_stored));
  return {width / 2, width};
}

result<picture> clipped(const picture& from, sample_range to) {
  if (from.channels != 1)
    return error{error_code::unsupported_media_type, "Only images in gray can be had in that form"};
  picture out{from.width, from.height, 1, to == sample_range::uint8 ? 8U : 16U, {}};
  switch (to) {
  case sample_range::uint8:
    out.samples = clip_samples<std::uint8_t>(from);
    break;
  case sample_range::uint16:
    out.samples = clip_samples<std::uint16_t>(from);
    break;
  case sample_range::int16:
    out.samples = clip_samples<std::int16_t>(from);
    break;
  }
  return out;
}

std::vector<float> rescaled(const picture& from, double slope, double intercept) {
  return std::visit(
    [&](const auto& samples) {
      std::vector<float> out(samples.size());
      std::ranges::transform(samples, out.begin(), [=](auto value) {
        return static_cast<float>(static_cast<double>(value) * slope + intercept);
      });
      return out;
    },
    from.samples);
}

} // namespace troupe::imaging
