#include "imaging/raw_rows.hpp"

#include <type_traits>

namespace troupe::imaging {
namespace {

template <class Sample>
std::vector<std::uint8_t> upper_byte_first(const std::vector<Sample>& samples) {
  std::vector<std::uint8_t> out;
  out.reserve(samples.size() * sizeof(Sample));
  for (const Sample sample : samples)
    for (std::size_t byte = sizeof(Sample); byte-- > 0;)
      out.push_back(static_cast<std::uint8_t>(static_cast<std::make_unsigned_t<Sample>>(sample) >> (8 * byte) & 0xffU));
  return out;
}

} // namespace

raw_rows::raw_rows(const picture& of) {
  if (const auto* const plain = std::get_if<std::vector<std::uint8_t>>(&of.samples)) {
    bytes_ = *plain;
    return;
  }
  std::visit(
    [this]<class Sample>(const std::vector<Sample>& samples) {
      sample_bytes_ = sizeof(Sample);
      made_ = upper_byte_first(samples);
    },
    of.samples);
  bytes_ = made_;
}

} // namespace troupe::imaging
