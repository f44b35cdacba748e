#include "imaging/luminance.hpp"

#include <algorithm>
#include <cmath>

namespace troupe::imaging {
namespace {

template <class Sample>
void undo(std::vector<Sample>& samples, std::uint32_t depth) {
  const double middle = std::ldexp(1.0, static_cast<int>(depth) - 1);
  const double most = std::ldexp(1.0, static_cast<int>(depth)) - 1;
  const auto rounded = [most](double value) {
    return static_cast<Sample>(std::clamp(std::floor(value + 0.5), 0.0, most));
  };
  for (std::size_t i = 0; i + 2 < samples.size(); i += 3) {
    const double y = samples[i];
    const double cb = samples[i + 1] - middle;
    const double cr = samples[i + 2] - middle;
    samples[i] = rounded(y + 1.402 * cr);
    samples[i + 1] = rounded(y - (0.114 * 1.772 * cb + 0.299 * 1.402 * cr) / 0.587);
    samples[i + 2] = rounded(y + 1.772 * cb);
  }
}

} // namespace

void undo_ybr_full(picture& of) {
  if (of.channels == 3)
    std::visit([&](auto& samples) { undo(samples, of.depth); }, of.samples);
}

std::vector<std::byte> full_colors(std::span<const std::byte> bytes, std::size_t sample_bytes) {
  std::vector<std::byte> out;
  out.reserve(bytes.size() / 2 * 3);
  const auto add = [&](std::size_t sample) {
    const auto from = bytes.subspan(sample * sample_bytes, sample_bytes);
    out.insert(out.end(), from.begin(), from.end());
  };
  for (std::size_t i = 0; (i + 4) * sample_bytes <= bytes.size(); i += 4)
    for (const std::size_t luma : {i, i + 1}) {
      add(luma);
      add(i + 2);
      add(i + 3);
    }
  return out;
}

} // namespace troupe::imaging
