/// \file
/// What becomes of an instance that is there already when it comes again.
#pragma once

#include <cstdint>

namespace troupe {

/// In the order of the names of `OverwriteInstances`.
enum class overwrite_mode : std::uint8_t {
  never,      ///< the first one stays
  always,     ///< the new one replaces it
  if_changed, ///< the new one replaces it if its bytes differ
};

} // namespace troupe
