/// \file
/// Opening a TCP connection that can be given up at any moment.
#pragma once

#include "dicom/network_answer.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace troupe::dicom {

/// Asked again and again by whatever waits, a few times a second: whether to stop waiting. It must be quick.
using stop_check = std::function<bool()>;

/// How long a wait goes on before `stop_check` is asked.
inline constexpr std::chrono::milliseconds stop_check_period{100};

/// An open socket, closed in the end.
class socket_handle {
public:
  explicit socket_handle(int descriptor = -1) noexcept : descriptor_(descriptor) {}

  socket_handle(socket_handle&& from) noexcept : descriptor_(std::exchange(from.descriptor_, -1)) {}

  socket_handle& operator=(socket_handle&& from) noexcept {
    std::swap(descriptor_, from.descriptor_);
    return *this;
  }

  ~socket_handle();

  int get() const noexcept { return descriptor_; }

  explicit operator bool() const noexcept { return descriptor_ >= 0; }

private:
  int descriptor_;
};

/// What came of dialling: a connection, or what kept it from being one.
struct dialled {
  socket_handle connection; ///< non-blocking, without Nagle's algorithm
  network_condition failed = network_condition::stopped;
};

/// Connects to the host, by name or address (IPv4, IPv6), trying each of its addresses. `patience` 0 is for ever.
dialled dial(const std::string& host, std::uint16_t port, std::chrono::milliseconds patience,
             const stop_check& stopped);

} // namespace troupe::dicom
