/// \file
/// Names of HTTP statuses.
#pragma once

#include <string_view>

namespace troupe::http {

/// `Not Found` for 404; `Unknown` for a number without a name (RFC 9110 15).
std::string_view reason_phrase(int status) noexcept;

} // namespace troupe::http
