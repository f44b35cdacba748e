/// \file
/// How something that another thread makes comes to a session.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace troupe::http {

/// Holds one thing until the session takes it. Outlives the session and the server in the hands of those who still owe
/// an answer.
template <class T>
class mailbox {
public:
  /// `wake` is called after each `put`, under a lock, so that it never runs once `close` has returned.
  explicit mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  /// Any thread. Gives the thing back if nobody will take it any more.
  std::optional<T> put(T thing) {
    const std::lock_guard lock(mutex_);
    if (!wake_)
      return thing;
    content_ = std::move(thing);
    wake_();
    return {};
  }

  /// What was put, once.
  std::optional<T> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(content_, std::nullopt);
  }

  /// Nothing will be taken any more. Gives back what lies there.
  std::optional<T> close() {
    const std::lock_guard lock(mutex_);
    wake_ = nullptr;
    return std::exchange(content_, std::nullopt);
  }

private:
  std::mutex mutex_;
  std::function<void()> wake_;
  std::optional<T> content_;
};

} // namespace troupe::http
