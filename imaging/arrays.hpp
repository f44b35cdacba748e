/// \file
/// Pictures as arrays of numbers: NumPy files and MATLAB texts.
#pragma once

#include <troupe/error.hpp>

#include "imaging/picture.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::imaging {

/// A NumPy file (`.npy`, version 1.0) that grows by a frame at a time. All frames have the format of the first.
class npy_writer {
public:
  /// `as_series`: the array has a dimension for the frames, of which there will be `frames`.
  npy_writer(bool as_series, std::uint64_t frames) : as_series_(as_series), frames_(frames) {}

  /// Adds a frame. Gray values are `slope * value + intercept` as 32-bit floats, or as stored if `rescale` is false.
  /// Errors: `incompatible_image_size` and `incompatible_image_format` where it is not like the first one,
  /// `not_enough_memory` where the file would become larger than 1 GiB.
  result<void> add(const picture& frame, double slope, double intercept, bool rescale);

  std::string take() { return std::move(out_); }

private:
  std::string header(const picture& first, std::string_view type) const;

  bool as_series_;
  std::uint64_t frames_;
  std::uint32_t width_ = 0;
  std::uint32_t height_ = 0;
  std::uint32_t channels_ = 0;
  std::size_t format_ = 0;
  std::string out_;
};

/// The picture as an expression in the language of MATLAB and Octave.
std::string matlab(const picture& of);

} // namespace troupe::imaging
