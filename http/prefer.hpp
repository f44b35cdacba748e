/// \file
/// What a client prefers of the way it is answered: RFC 7240.
#pragma once

#include "http/call.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace troupe::http {

/// `Prefer: respond-async` and `Prefer: wait=N`. Other preferences, and malformed ones, are ignored.
struct preferences {
  bool respond_async = false;
  std::optional<std::chrono::seconds> wait; ///< at most a day

  bool any() const { return respond_async || wait; }

  /// Value of `Preference-Applied`.
  std::string text() const;
};

/// From all `Prefer` headers; of a preference that comes twice, the first counts.
preferences read_preferences(const request_head& request);

} // namespace troupe::http
