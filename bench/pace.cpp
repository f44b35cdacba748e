#include "bench/pace.hpp"

namespace troupe::bench {

pace::pace(std::uint64_t count, double rate_per_second, steady::time_point start)
  : count_(count),
    rate_per_second_(rate_per_second),
    start_(start) {}

std::optional<turn> pace::next() {
  if (given_ == count_)
    return std::nullopt;
  turn one{given_, std::nullopt};
  if (rate_per_second_ > 0) {
    const std::chrono::duration<double> offset(static_cast<double>(given_) / rate_per_second_);
    one.due = start_ + std::chrono::duration_cast<steady::duration>(offset);
  }
  ++given_;
  return one;
}

} // namespace troupe::bench
