/// \file
/// The limits of the HTTP server.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace troupe::http {

/// The most that a head may have, from the request line to the blank line.
inline constexpr std::size_t max_head_bytes = 16 * 1024;
/// The most that the target of a request may have.
inline constexpr std::size_t max_target_bytes = 8 * 1024;

struct wire_settings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0; ///< 0: any free one
  std::size_t threads = 2;
  std::filesystem::path incoming;                       ///< where large bodies are received; must exist
  std::chrono::milliseconds header_timeout{10'000};     ///< from the first byte of a head to its last
  std::chrono::milliseconds request_timeout{30'000};    ///< silence in the middle of a body or of reading a reply
  std::chrono::milliseconds keep_alive_timeout{60'000}; ///< between two requests
  std::size_t max_connections = 10'000;                 ///< those beyond are closed at once
  std::size_t max_requests = 16'384;                    ///< being answered and not parked; those beyond get 503
  std::size_t memory_body_bytes = 16 * 1024 * 1024;     ///< larger bodies go into files
  std::size_t memory_bodies_bytes = 256 * 1024 * 1024;  ///< of all bodies together, in memory
  std::size_t kept_replies_bytes = 32 * 1024 * 1024;    ///< of replies that are sent again as long as they are true
  bool keep_alive = true;                               ///< several requests over one connection
  bool describe_errors = true;                          ///< error replies have a JSON body
};

} // namespace troupe::http
