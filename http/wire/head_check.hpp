/// \file
/// From the raw bytes of a head to a request that nobody can read in two ways. Beast parses; what it lets pass is
/// refused here.
#pragma once

#include <troupe/error.hpp>

#include "http/call.hpp"

#include <cstdint>
#include <string_view>

namespace troupe::http {

/// How the body follows the head.
enum class framing : std::uint8_t { none, length, chunked };

struct checked_head {
  request_head head; ///< `remote_address` is not known here
  framing body = framing::none;
  std::uint64_t content_length = 0;
  bool http_1_1 = true;
  bool keep_alive = true; ///< what the client wants
  bool expects_continue = false;
};

/// Reads a head that `head_scan` called complete. Errors have the status of the answer (400, 414, 417, 501, 505); the
/// connection must not be used any more after one, because what follows cannot be told from a body.
result<checked_head> check_head(std::string_view raw);

} // namespace troupe::http
