/// \file
/// A short text that tells whether two submissions are the same.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace troupe {

/// SHA-256 over the parts and their lengths, 64 hexadecimal digits. Throws `failure` if OpenSSL fails.
std::string fingerprint(std::initializer_list<std::string_view> parts);

} // namespace troupe
