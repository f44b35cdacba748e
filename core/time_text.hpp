/// \file
/// The two shapes of a time in the REST API: UTC, ISO 8601 basic format without a time zone; and the shapes it takes.
/// Years outside 0000 to 9999 are shown as the nearest moment inside.
#pragma once

#include <troupe/job.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace troupe {

/// `20200405T123456`: resources, `/changes`, `/tools/now`. Fractions are dropped, towards the past.
std::string seconds_text(time_point time);

/// `20200405T123456.000789`: jobs. Always six digits.
std::string microseconds_text(time_point time);

/// The moment that a text of ISO 8601 says: basic (`20200405T123456.000789`) or extended
/// (`2020-04-05T12:34:56.5+02:00`), a date alone is its midnight, without a time zone it is UTC; digits below
/// microseconds are dropped. Nothing for any other text.
std::optional<time_point> parse_time(std::string_view text);

} // namespace troupe
