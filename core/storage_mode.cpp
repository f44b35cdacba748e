#include <troupe/options.hpp>

namespace troupe {

result<void> check_storage_mode(const std::string& value) {
  if (value == "Recycle" || value == "Reject")
    return {};
  return error{error_code::parameter_out_of_range, "must be 'Recycle' or 'Reject'"};
}

} // namespace troupe
