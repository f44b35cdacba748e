/// \file
/// Parts of a stored body and their validators: RFC 9110, sections 13 and 14.
#pragma once

#include "http/call.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace troupe::http {

/// Bytes `first` to `first + length - 1`.
struct byte_range {
  std::uint64_t first = 0;
  std::uint64_t length = 0;
  friend bool operator==(const byte_range&, const byte_range&) = default;
};

/// What a `Range` header asks of a body of `size` bytes: one range, or nothing, for several ranges and for what is no
/// byte range (then the whole is sent); `bad_range` if none of it exists.
result<std::optional<byte_range>> parse_range(std::string_view header, std::uint64_t size);

/// True if the list of an `If-None-Match` or `If-Match` header has that entity tag (without quotes), or is `*`.
bool matches_etag(std::string_view header, std::string_view etag);

/// A stored body: bytes or a file.
struct stored_body {
  std::variant<std::string, std::filesystem::path, shared_bytes> bytes;
  std::uint64_t size = 0;
  std::string etag; ///< without quotes; empty: none
};

/// Replies with a stored body, or the part of it that the request asks for: 200, 206, 304 or 416, with the right
/// headers.
reply stored_reply(const request_head& request, stored_body body, std::string content_type);

/// Value of `Content-Disposition` that offers a name for the file; what could end the header or the quotes is left out.
std::string disposition(std::string_view filename);

} // namespace troupe::http
