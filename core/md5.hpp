/// \file
/// MD5 of stored files. Not for security: clients compare it to find damage.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

struct evp_md_ctx_st; // of OpenSSL

namespace troupe {

/// 32 hexadecimal digits in lower case. Throws `failure` where the cryptographic library refuses MD5.
std::string md5_text(std::span<const std::byte> bytes);

/// The same of what comes in pieces.
class md5_sum {
public:
  md5_sum();
  void add(std::span<const std::byte> bytes);
  /// Once, at the end.
  std::string text();

private:
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

} // namespace troupe
