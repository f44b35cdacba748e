/// \file
/// When the requests of a run are due.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace troupe::bench {

using steady = std::chrono::steady_clock;

/// One request to make.
struct turn {
  std::uint64_t index = 0;
  std::optional<steady::time_point> due; ///< open loop only
};

/// Hands out the turns of a run. Closed loop (rate 0): as soon as a connection is free. Open loop: `rate` a second from
/// the start, whatever the server does; who measures from `due` also measures the wait for a free connection.
class pace {
public:
  pace(std::uint64_t count, double rate_per_second, steady::time_point start);
  /// The next turn, none when all have been handed out.
  std::optional<turn> next();

private:
  std::uint64_t count_;
  double rate_per_second_;
  steady::time_point start_;
  std::uint64_t given_ = 0;
};

} // namespace troupe::bench
