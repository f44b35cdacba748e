/// \file
/// Compressing texts.
#pragma once

#include <string>
#include <string_view>

namespace troupe {

/// As a gzip file (RFC 1952), fast rather than small. Throws `failure` (`not_enough_memory`).
std::string gzip_text(std::string_view text);

/// The same in the zlib format (RFC 1950), which HTTP calls `deflate`.
std::string zlib_text(std::string_view text);

} // namespace troupe
