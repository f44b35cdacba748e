#include "core/fingerprint.hpp"

#include <troupe/error.hpp>

#include "core/hex_text.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <openssl/evp.h>

namespace troupe {

std::string fingerprint(std::initializer_list<std::string_view> parts) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::array<std::uint8_t, 32> bytes{};
  bool good = digest && EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) == 1;
  for (const auto part : parts) {
    const std::uint64_t size = part.size();
    good = good && EVP_DigestUpdate(digest.get(), &size, sizeof size) == 1
           && EVP_DigestUpdate(digest.get(), part.data(), part.size()) == 1;
  }
  if (!good || EVP_DigestFinal_ex(digest.get(), bytes.data(), nullptr) != 1)
    throw failure(error{error_code::internal_error, "SHA-256 failed"});
  return hex_text(bytes, [](std::size_t) { return false; });
}

} // namespace troupe
