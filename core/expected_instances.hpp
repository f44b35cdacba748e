/// \file
/// How many instances a series should have, as its tags say.
#pragma once

#include "core/instance_summary.hpp"

#include <cstdint>
#include <optional>

namespace troupe {

/// From the main tags of a series; nothing if they do not say it.
std::optional<std::uint64_t> expected_instances(const tag_values& series_tags);

} // namespace troupe
