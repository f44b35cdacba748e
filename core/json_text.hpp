/// \file
/// JSON that comes from outside and JSON that is shown: the two ends of the REST API.
#pragma once

#include <troupe/error.hpp>

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace troupe {

/// Arrays and objects inside each other that are accepted from outside.
inline constexpr std::size_t json_depth_max = 64;

/// As replies show it: 3 blanks of indentation, a line feed at the end; bytes that are not UTF-8 become U+FFFD.
std::string pretty(const nlohmann::json& value);

/// The value that a text stands for; comments are skipped, as Orthanc does. A key that comes twice in an object has its
/// last value. Errors: `bad_json` with the byte offset, never with the content.
result<nlohmann::json> parse_json_text(std::string_view text, std::size_t depth_max = json_depth_max);

} // namespace troupe
