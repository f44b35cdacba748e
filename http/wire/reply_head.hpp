/// \file
/// The head of a reply as bytes.
#pragma once

#include "http/call.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace troupe::http {

/// How the body of a reply is framed.
struct reply_framing {
  std::optional<std::uint64_t> length; ///< `Content-Length`; without: chunked, or until the end of the connection
  bool chunked = false;
  bool keep_alive = true;
};

/// Status line and headers with the blank line. What a handler gave is cleaned: control characters are dropped from
/// values, headers with a malformed name or that belong to the framing are left out.
std::string reply_head(const reply& of, const reply_framing& how);

} // namespace troupe::http
