/// \file
/// What happens to jobs, as Server-Sent Events for one client.
#pragma once

#include "core/output_stream.hpp"
#include "http/exchange.hpp"
#include "persistence/job_store.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace troupe::http {

/// Which events a client wants.
struct job_event_filter {
  std::optional<job_state> state;
  std::optional<std::string> type;
};

/// Holds the client's stream and the number of the last event it was sent, nothing else: when the bell has rung and the
/// client has room, the next events are read from the table. Owned by the bell, until the client goes away.
class job_event_stream : public std::enable_shared_from_this<job_event_stream> {
public:
  /// Behind event number `last`. What it writes first tells the client that number.
  job_event_stream(services& server, std::uint64_t last, job_event_filter which);

  /// Sends events into `bytes()` from now on. False if there are too many listeners.
  bool listen();

  const std::shared_ptr<output_stream>& bytes() const noexcept { return bytes_; }

private:
  void hear();
  void pump();
  bool send_some();
  void keep_alive();

  services& server_;
  const job_event_filter which_;
  const std::shared_ptr<output_stream> bytes_;
  std::atomic<bool> due_{false}; ///< a look at the table is on its way
  std::mutex mutex_;             ///< one look at a time
  std::uint64_t last_;
};

} // namespace troupe::http
