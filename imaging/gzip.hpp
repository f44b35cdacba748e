/// \file
/// Bytes as a gzip file.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace troupe::imaging {

/// RFC 1952.
std::string gzip(std::span<const std::byte> bytes);

} // namespace troupe::imaging
