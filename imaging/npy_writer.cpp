#include "imaging/arrays.hpp"
#include "imaging/render.hpp"

#include <array>
#include <type_traits>

namespace troupe::imaging {
namespace {

constexpr std::uint64_t file_bytes_max = 1ULL << 30U;
constexpr std::size_t header_bytes = 128;
constexpr std::string_view magic{"\x93NUMPY\1\0\x76\0", 10};

/// Names of the alternatives of `sample_buffer`.
constexpr std::array<std::string_view, 6> types{"<u1", "<i1", "<u2", "<i2", "<u4", "<i4"};

template <class Value>
void append(std::string& out, const std::vector<Value>& values) {
  out.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value));
}

} // namespace

std::string npy_writer::header(const picture& first, std::string_view type) const {
  std::string out(magic);
  out.append("{'descr': '").append(type).append("', 'fortran_order': False, 'shape': (");
  if (as_series_)
    out += std::to_string(frames_) + ", ";
  out +=
    std::to_string(first.height) + "," + std::to_string(first.width) + "," + std::to_string(first.channels) + "), }";
  out.append(header_bytes - 1 - out.size(), ' ').push_back('\n');
  return out;
}

result<void> npy_writer::add(const picture& frame, double slope, double intercept, bool rescale) {
  const bool floats = rescale && frame.channels == 1;
  const std::uint64_t bytes = std::visit(
    [&](const auto& samples) { return samples.size() * (floats ? sizeof(float) : sizeof(samples[0])); }, frame.samples);
  if (out_.empty()) {
    std::uint64_t total = 0;
    if (__builtin_mul_overflow(bytes, frames_, &total) || total > file_bytes_max)
      return error{error_code::not_enough_memory, "The array would be larger than 1 GiB: ask for single frames"};
    width_ = frame.width;
    height_ = frame.height;
    channels_ = frame.channels;
    format_ = frame.samples.index();
    out_ = header(frame, floats ? "<f4" : types[format_]);
    out_.reserve(out_.size() + static_cast<std::size_t>(total));
  } else if (width_ != frame.width || height_ != frame.height) {
    return error{error_code::incompatible_image_size, "The size of the frames varies"};
  } else if (channels_ != frame.channels || format_ != frame.samples.index()) {
    return error{error_code::incompatible_image_format, "The format of the frames varies"};
  }
  if (floats)
    append(out_, rescaled(frame, slope, intercept));
  else
    std::visit([&](const auto& samples) { append(out_, samples); }, frame.samples);
  return {};
}

} // namespace troupe::imaging
