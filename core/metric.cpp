#include "core/metric.hpp"

namespace troupe {

namespace {

constexpr std::int64_t window_ms = 10'000;

} // namespace

metric::metric(metric_list& in, std::string_view name, std::string_view help) : owner_(in), name_(name), help_(help) {
  in.all_.push_back(this);
}

std::int64_t metric_list::now_ms() const {
  return std::chrono::floor<std::chrono::milliseconds>(time_.now()).time_since_epoch().count();
}

void counter::add(double amount) noexcept {
  if (!owner_.collecting())
    return;
  value_.fetch_add(amount, std::memory_order_relaxed);
  touch(owner_.now_ms());
}

void gauge::set(double value) noexcept {
  if (!owner_.collecting())
    return;
  value_.store(value, std::memory_order_relaxed);
  touch(owner_.now_ms());
}

void maximum_gauge::observe(double value) noexcept {
  if (!owner_.collecting())
    return;
  const std::lock_guard lock(mutex_);
  const auto now = owner_.now_ms();
  if (was_set() && value <= this->value() && now - changed_ms() <= window_ms)
    return;
  value_.store(value, std::memory_order_relaxed);
  touch(now);
}

} // namespace troupe
