/// \file
/// How many files and connections the process may have open.
#pragma once

#include <cstddef>

namespace troupe::app {

/// Raises the limit to what the system allows without further rights, and says what it is now.
std::size_t raise_descriptor_limit();

} // namespace troupe::app
