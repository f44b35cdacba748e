/// \file
/// Boost's assertions are reported and survived: Beast's parser has some that a peer can reach, and one peer must not
/// end the server.
#include "core/log.hpp"

#include <boost/assert.hpp>

#include <string>

namespace boost {

void assertion_failed(const char* expression, const char* function, const char* file, long line) {
  assertion_failed_msg(expression, "", function, file, line);
}

void assertion_failed_msg(const char* expression, const char* message, const char* function, const char* file,
                          long line) {
  auto text = std::string("assertion failed: ").append(expression);
  if (*message != '\0')
    text.append(" (").append(message).append(")");
  text.append(" in ").append(function).append(", ").append(file).append(":").append(std::to_string(line));
  troupe::log(troupe::log_level::error, "boost", text);
}

} // namespace boost
