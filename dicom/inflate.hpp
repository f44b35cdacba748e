/// \file
/// Inflating a deflated data set, with a bound.
#pragma once

#include <troupe/error.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace troupe::dicom {

/// Inflates a raw deflate stream (RFC 1951). What follows its end is ignored. `bad_file_format` if it is damaged,
/// truncated or inflates to more than `most` bytes.
result<std::vector<std::byte>> inflate_bounded(std::span<const std::byte> deflated, std::size_t most);

} // namespace troupe::dicom
