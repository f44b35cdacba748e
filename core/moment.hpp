/// \file
/// The two clocks at the time of an event.
#pragma once

#include <troupe/job.hpp>

namespace troupe {

struct moment {
  time_point wall;
  microseconds steady{0}; ///< since any fixed point
};

} // namespace troupe
