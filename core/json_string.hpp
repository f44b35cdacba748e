/// \file
/// Pieces of JSON text, for replies that are written without a tree.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace troupe {

/// Appends a text in UTF-8 as a JSON string, with its quotes.
void append_json_string(std::string& out, std::string_view utf8);

/// Appends a line feed and the blanks of a level: 3 each, as replies are printed.
inline void append_json_line(std::string& out, std::size_t level) {
  out.push_back('\n');
  out.append(3 * level, ' ');
}

} // namespace troupe
