#include "dicom/derived_uid.hpp"

#include <troupe/error.hpp>

#include "core/uuid.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace troupe::dicom {
namespace {

using digest = std::array<unsigned char, 32>;

digest hmac(std::string_view key, std::string_view message) {
  digest out{};
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(message.data()), message.size(), out.data(), &size)
        == nullptr
      || size != out.size())
    throw failure(error(error_code::internal_error, "HMAC cannot be computed"));
  return out;
}

/// The number that 16 bytes are, most significant first.
std::string decimal(std::array<unsigned char, 16> bytes) {
  std::string digits;
  while (std::ranges::any_of(bytes, [](unsigned char byte) { return byte != 0; })) {
    unsigned rest = 0;
    for (auto& byte : bytes) {
      const unsigned value = rest << 8 | byte;
      byte = static_cast<unsigned char>(value / 10);
      rest = value % 10;
    }
    digits.push_back(static_cast<char>('0' + rest));
  }
  std::ranges::reverse(digits);
  return digits;
}

} // namespace

std::string derived_uid(std::string_view key, resource_level level, std::string_view old_uid) {
  const auto made = hmac(key, std::string(to_text(level)).append("|").append(old_uid));
  std::array<unsigned char, 16> uuid{};
  std::copy_n(made.begin(), uuid.size(), uuid.begin());
  uuid[6] = static_cast<unsigned char>((uuid[6] & 0x0f) | 0x80);
  uuid[8] = static_cast<unsigned char>((uuid[8] & 0x3f) | 0x80);
  return "2.25." + decimal(uuid);
}

std::string random_uid() {
  return "2.25." + decimal(parse_uuid(random_uuid()).value());
}

} // namespace troupe::dicom
