/// \file
/// Where blocking work goes: never onto an actor's worker.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace troupe {

/// Runs closures on other threads. In tests, one that runs them when told to.
class executor {
public:
  virtual ~executor() = default;
  /// Runs `work` later. It must not wait for other work; what it throws is logged.
  virtual void post(std::function<void()> work) = 0;
  /// Closures that wait or run.
  virtual std::size_t load() const noexcept = 0;
};

/// Threads that are started when there is work for them, up to a number, and joined by the destructor, which first lets
/// them end what was posted.
class blocking_pool final : public executor {
public:
  explicit blocking_pool(std::size_t threads_max);
  ~blocking_pool() override;
  void post(std::function<void()> work) override;
  std::size_t load() const noexcept override;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe
