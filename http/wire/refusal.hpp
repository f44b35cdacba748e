/// \file
/// The error JSON for requests that reach no handler.
#pragma once

#include "http/call.hpp"

namespace troupe::http {

/// A reply with the status of the error and its JSON (docs/errors.md). `request` may be null where nothing of it could
/// be read. A reply with 503 asks the client to come again.
reply refusal(const error& why, const request_head* request = nullptr, bool describe = true);

} // namespace troupe::http
