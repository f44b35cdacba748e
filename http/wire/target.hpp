/// \file
/// The target of a request: `/studies/?expand&limit=10` into its decoded parts.
#pragma once

#include <troupe/error.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::http {

struct target_parts {
  std::vector<std::string> path;                          ///< segments, decoded; empty ones are dropped
  std::vector<std::pair<std::string, std::string>> query; ///< decoded; `+` is a blank; a flag has an empty value
};

/// Splits first and decodes then, so that `%2F` stays in its segment. Errors, all `uri_syntax`: no leading `/`, a byte
/// that is not printable ASCII, `#`, an escape that is malformed, `%00`, text that is not UTF-8, a segment `.` or `..`.
result<target_parts> split_target(std::string_view target);

} // namespace troupe::http
