/// \file
/// A body that is a single truth value.
#pragma once

#include <troupe/error.hpp>

#include <string_view>

namespace troupe::http {

/// `0`, `1`, `false` or `true`, whatever blanks there are around it; `bad_file_format` for any other text.
result<bool> boolean_body(std::string_view text);

} // namespace troupe::http
