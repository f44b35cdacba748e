/// \file
/// The samples of a picture as the bytes of an image file.
#pragma once

#include "imaging/picture.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace troupe::imaging {

/// The bytes of all rows, samples of 16 bits with the upper byte first. Made where they are not there as they are.
class raw_rows {
public:
  explicit raw_rows(const picture& of);

  std::span<const std::uint8_t> bytes() const noexcept { return bytes_; }

  std::size_t sample_bytes() const noexcept { return sample_bytes_; }

private:
  std::size_t sample_bytes_ = 1;
  std::vector<std::uint8_t> made_;
  std::span<const std::uint8_t> bytes_;
};

} // namespace troupe::imaging
