/// \file
/// Latencies of one run, every one of them kept, so that percentiles are exact.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

namespace troupe::bench {

/// A bag of durations.
class latencies {
public:
  void add(std::chrono::nanoseconds one);

  std::size_t count() const noexcept { return all_.size(); }

  /// The smallest value that at least `percent` of all values do not exceed (nearest rank), in milliseconds. 0 if
  /// empty.
  double percentile_ms(double percent) const;

private:
  mutable std::vector<std::chrono::nanoseconds> all_;
  mutable bool sorted_ = true;
};

} // namespace troupe::bench
