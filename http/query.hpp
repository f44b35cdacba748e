/// \file
/// Parameters of the query as values, and the link to the next page.
#pragma once

#include <troupe/error.hpp>
#include <troupe/job.hpp>

#include "http/call.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::http {

/// A whole number between two limits; nothing if the parameter is absent, `parameter_out_of_range` if it is none.
result<std::optional<std::uint64_t>> number_parameter(const request_head& request, std::string_view name,
                                                      std::uint64_t least, std::uint64_t most);

/// A moment (`parse_time`); nothing if the parameter is absent, `parameter_out_of_range` if it is none.
result<std::optional<time_point>> time_parameter(const request_head& request, std::string_view name);

/// Value of a `Link` header to the same target with one parameter set to another value.
std::string next_link(const request_head& request, std::string_view name, std::string_view value);

} // namespace troupe::http
