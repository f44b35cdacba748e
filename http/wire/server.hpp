/// \file
/// The HTTP server: listens, and serves every connection on one of its threads.
#pragma once

#include "core/metrics.hpp"
#include "http/call.hpp"
#include "http/wire/settings.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace troupe::http {

class server {
public:
  /// Listens and serves at once. `sink` and `counts` must outlive the server; answers may come later than that. Throws
  /// `failure` with `http_port_in_use` if it cannot listen there.
  server(wire_settings settings, call_sink& sink, troupe::metrics& counts);
  /// Stops without patience.
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// The port it listens on.
  std::uint16_t port() const noexcept;
  /// Requests being answered now.
  std::size_t active_requests() const noexcept;
  std::size_t connections() const;

  /// Takes no more connections and requests, gives those under way that much time, cuts them, and joins its threads.
  /// Not on one of them. Only the first call counts.
  void stop(std::chrono::milliseconds grace);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::http
