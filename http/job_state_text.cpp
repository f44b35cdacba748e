#include "http/job_state_text.hpp"

#include <string>

namespace troupe::http {

result<job_state> job_state_named(std::string_view text) {
  using enum job_state;
  std::string names;
  for (const auto state : {pending, running, success, failure, paused, retry}) {
    if (text == to_text(state))
      return state;
    names.append(names.empty() ? "" : ", ").append(to_text(state));
  }
  return error{error_code::parameter_out_of_range, "A state must be one of " + names};
}

} // namespace troupe::http
