/// \file
/// The metrics as `/tools/metrics-prometheus` shows them.
#pragma once

#include "core/metric.hpp"

#include <string>

namespace troupe {

/// One line `name value timestamp_ms` a metric that was set, ordered by name. Empty while metrics are not collected.
std::string metrics_text(const metric_list& metrics);

} // namespace troupe
