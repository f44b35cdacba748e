#include "core/md5.hpp"

#include <troupe/error.hpp>

#include "core/hex_text.hpp"

#include <array>
#include <cstdint>
#include <openssl/evp.h>

namespace troupe {
namespace {

using digest = std::array<std::uint8_t, 16>;

void check(int done) {
  if (done != 1)
    throw failure(error(error_code::internal_error, "MD5 cannot be computed"));
}

std::string text_of(const digest& sum) {
  return hex_text(sum, [](std::size_t) { return false; });
}

} // namespace

std::string md5_text(std::span<const std::byte> bytes) {
  digest sum{};
  check(EVP_Digest(bytes.data(), bytes.size(), sum.data(), nullptr, EVP_md5(), nullptr));
  return text_of(sum);
}

md5_sum::md5_sum() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
  check(context_ ? EVP_DigestInit_ex(context_.get(), EVP_md5(), nullptr) : 0);
}

void md5_sum::add(std::span<const std::byte> bytes) {
  check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string md5_sum::text() {
  digest sum{};
  check(EVP_DigestFinal_ex(context_.get(), sum.data(), nullptr));
  return text_of(sum);
}

} // namespace troupe
