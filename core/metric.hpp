/// \file
/// Metrics that declare themselves. What the Prometheus page prints: core/metrics_text.hpp.
#pragma once

#include "core/clock.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

namespace troupe {

class metric_list;

/// What every metric has: a name, one sentence, a value and the time when that was last set.
class metric {
public:
  metric(metric_list& in, std::string_view name, std::string_view help);
  metric(const metric&) = delete;
  metric& operator=(const metric&) = delete;
  virtual ~metric() = default;

  std::string_view name() const noexcept { return name_; }

  std::string_view help() const noexcept { return help_; }

  virtual std::string_view kind() const noexcept = 0; ///< `counter` or `gauge`

  /// False as long as it was never set: then it is not shown.
  bool was_set() const noexcept { return changed_ms_.load(std::memory_order_relaxed) != 0; }

  double value() const noexcept { return value_.load(std::memory_order_relaxed); }

  /// Milliseconds since 1970 of the last change.
  std::int64_t changed_ms() const noexcept { return changed_ms_.load(std::memory_order_relaxed); }

protected:
  void touch(std::int64_t now_ms) noexcept { changed_ms_.store(now_ms, std::memory_order_relaxed); }

  metric_list& owner_;
  std::atomic<double> value_{0};

private:
  std::string_view name_;
  std::string_view help_;
  std::atomic<std::int64_t> changed_ms_{0};
};

/// All metrics of a struct, and whether they are collected now.
class metric_list {
public:
  metric_list() : metric_list(system_clock()) {}

  /// `time` must outlive the list.
  explicit metric_list(const clock& time) : time_(time) {}

  metric_list(const metric_list&) = delete;
  metric_list& operator=(const metric_list&) = delete;

  const std::vector<metric*>& all() const noexcept { return all_; }

  bool collecting() const noexcept { return collecting_.load(std::memory_order_relaxed); }

  void collect(bool on) noexcept { collecting_ = on; }

  /// Milliseconds since 1970.
  std::int64_t now_ms() const;

private:
  friend class metric;
  const clock& time_;
  std::vector<metric*> all_;
  std::atomic<bool> collecting_{true};
};

/// Only grows.
class counter final : public metric {
public:
  using metric::metric;

  std::string_view kind() const noexcept override { return "counter"; }

  void add(double amount = 1) noexcept;
};

/// The value it was last set to.
class gauge final : public metric {
public:
  using metric::metric;

  std::string_view kind() const noexcept override { return "gauge"; }

  void set(double value) noexcept;
};

/// The largest value since the one shown before was ten seconds old; it stays on display if nothing comes.
class maximum_gauge final : public metric {
public:
  using metric::metric;

  std::string_view kind() const noexcept override { return "gauge"; }

  void observe(double value) noexcept;

private:
  std::mutex mutex_;
};

/// Observes the milliseconds of its own life.
class timed {
public:
  explicit timed(maximum_gauge& into) noexcept : into_(into), start_(std::chrono::steady_clock::now()) {}

  ~timed() {
    into_.observe(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start_).count());
  }

  timed(const timed&) = delete;
  timed& operator=(const timed&) = delete;

private:
  maximum_gauge& into_;
  std::chrono::steady_clock::time_point start_;
};

} // namespace troupe
