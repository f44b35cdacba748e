#include "core/md5.hpp"

#include <troupe/error.hpp>

#include "core/hex_text.hpp"

#include <array>
#include <cstdint>
#include <openssl/evp.h>

namespace troupe {

std::string md5_text(std::span<const std::byte> bytes) {
  std::array<std::uint8_t, 16> digest{};
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_md5(), nullptr) != 1)
    throw failure(error(error_code::internal_error, "MD5 cannot be computed"));
  return hex_text(digest, [](std::size_t) { return false; });
}

} // namespace troupe
