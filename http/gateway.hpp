/// \file
/// The HTTP actor: takes calls from the wire, finds the route, lets its handler turn it into messages.
#pragma once

#include "http/call.hpp"
#include "http/exchange.hpp"
#include "http/router.hpp"

#include <functional>
#include <memory>

namespace troupe {
class engine_tree;
}

namespace troupe::http {

/// Connects a wire with an engine. One gateway actor a core, so that a handler that reads much does not hold up all
/// others.
class gateway final : public call_sink {
public:
  /// Both must outlive the gateway; the engine has been started.
  /// `stop` is called when a client asks for the end of the server, or, with true, for another start. Any thread.
  gateway(engine_tree& engine, const options& settings, std::function<void(bool)> stop);
  ~gateway() override;

  admission admit(const request_head& head) const override;
  std::uint64_t state() const override;
  void take(call received) override;
  /// Ends the actors. Calls taken afterwards are answered with 503. Before the engine stops.
  void stop();

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::http
