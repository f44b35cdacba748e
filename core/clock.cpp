#include "core/clock.hpp"

namespace troupe {

namespace {

class machine_clock final : public clock {
public:
  time_point now() const override { return std::chrono::floor<microseconds>(std::chrono::system_clock::now()); }

  std::chrono::steady_clock::time_point steady() const override { return std::chrono::steady_clock::now(); }
};

} // namespace

const clock& system_clock() {
  static const machine_clock only;
  return only;
}

} // namespace troupe
