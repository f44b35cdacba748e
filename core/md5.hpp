/// \file
/// MD5 of stored files. Not for security: clients compare it to find damage.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace troupe {

/// 32 hexadecimal digits in lower case. Throws `failure` where the cryptographic library refuses MD5.
std::string md5_text(std::span<const std::byte> bytes);

} // namespace troupe
