/// \file
/// The two shapes of a time in the REST API: UTC, ISO 8601 basic format without a time zone.
/// Years outside 0000 to 9999 are shown as the nearest moment inside.
#pragma once

#include <troupe/job.hpp>

#include <string>

namespace troupe {

/// `20200405T123456`: resources, `/changes`, `/tools/now`. Fractions are dropped, towards the past.
std::string seconds_text(time_point time);

/// `20200405T123456.000789`: jobs. Always six digits.
std::string microseconds_text(time_point time);

} // namespace troupe
