#include "http/boolean_body.hpp"

namespace troupe::http {

result<bool> boolean_body(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  const auto word = first == text.npos ? "" : text.substr(first, text.find_last_not_of(blanks) + 1 - first);
  if (word == "1" || word == "true")
    return true;
  if (word == "0" || word == "false")
    return false;
  return error{error_code::bad_file_format, "The body must be 0, 1, false or true"};
}

} // namespace troupe::http
