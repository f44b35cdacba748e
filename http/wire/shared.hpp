/// \file
/// What all sessions of a server have together.
#pragma once

#include "core/metrics.hpp"
#include "http/call.hpp"
#include "http/wire/body.hpp"
#include "http/wire/reply_cache.hpp"
#include "http/wire/settings.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

namespace troupe::http {

struct wire_shared {
  wire_shared(wire_settings limits, call_sink& to, troupe::metrics& counts)
    : settings(std::move(limits)),
      sink(to),
      metrics(counts),
      memory(std::make_shared<body_memory>(settings.memory_bodies_bytes)) {}

  const wire_settings settings;
  call_sink& sink;
  troupe::metrics& metrics;
  const std::shared_ptr<body_memory> memory; ///< handlers may keep a body longer than the server lives
  /// Being answered, without those that are parked. Handlers may park a request longer than the server lives.
  const std::shared_ptr<std::atomic<std::size_t>> requests = std::make_shared<std::atomic<std::size_t>>(0);
  reply_cache replies{settings.kept_replies_bytes};
  std::atomic<bool> stopping{false};

  std::mutex mutex;
  std::condition_variable changed;
  std::size_t connections = 0; ///< under the mutex
};

} // namespace troupe::http
