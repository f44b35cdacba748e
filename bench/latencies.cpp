#include "bench/latencies.hpp"

#include <algorithm>
#include <cmath>

namespace troupe::bench {

void latencies::add(std::chrono::nanoseconds one) {
  all_.push_back(one);
  sorted_ = false;
}

double latencies::percentile_ms(double percent) const {
  if (all_.empty())
    return 0;
  if (!sorted_) {
    std::sort(all_.begin(), all_.end());
    sorted_ = true;
  }
  const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(all_.size())));
  const auto index = std::clamp<std::size_t>(rank, 1, all_.size()) - 1;
  return std::chrono::duration<double, std::milli>(all_[index]).count();
}

} // namespace troupe::bench
