/// \file
/// States of jobs by the names that clients use.
#pragma once

#include <troupe/job.hpp>

#include <string_view>

namespace troupe::http {

/// The state of that name; `parameter_out_of_range` with the list of all for any other text.
result<job_state> job_state_named(std::string_view text);

} // namespace troupe::http
