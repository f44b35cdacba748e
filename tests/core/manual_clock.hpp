/// \file
/// A clock that only the test moves.
#pragma once

#include "core/clock.hpp"

namespace troupe {

class manual_clock final : public clock {
public:
  explicit manual_clock(std::chrono::milliseconds start) : since_start_(start) {}

  time_point now() const override { return time_point(since_start_); }

  std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::time_point(since_start_);
  }

  void set(microseconds since_1970) { since_start_ = since_1970; }

  void advance(microseconds by) { since_start_ += by; }

private:
  microseconds since_start_;
};

} // namespace troupe
