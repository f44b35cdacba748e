/// \file
/// One measured load: a number of equal operations over a number of connections, in a closed or an open loop.
#pragma once

#include "bench/client.hpp"
#include "bench/latencies.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace troupe::bench {

/// How the server is loaded.
struct load_settings {
  server_address server;
  int connections = 1;
  std::uint64_t count = 0;          ///< operations in all
  double rate_per_second = 0;       ///< 0: closed loop
  std::chrono::seconds timeout{60}; ///< of one request
};

/// What was measured.
struct load_result {
  double seconds = 0;
  latencies good;
  std::uint64_t bytes = 0;                     ///< of bodies, both ways, of the good ones
  std::map<std::string, std::uint64_t> errors; ///< how many failed, by reason

  std::uint64_t error_count() const;
  double throughput_per_second() const; ///< good operations
};

/// One operation: the bytes of the bodies it moved. An exception counts as an error, its text is the reason.
using operation = std::function<boost::asio::awaitable<std::uint64_t>(client& over, std::uint64_t index)>;

/// Runs the load to its end. In an open loop a latency begins when its operation was due, not when it could be sent.
load_result run_load(const load_settings& how, const operation& what);

} // namespace troupe::bench
