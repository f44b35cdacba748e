/// \file
/// The tables of the program as Markdown, for docs/: nothing in those pages is written by hand.
#pragma once

#include <troupe/option.hpp>

#include "core/metric.hpp"

#include <string>

namespace troupe {

/// docs/errors.md
std::string describe_errors();
/// docs/configuration.md
std::string describe_options(const option_list& options);
/// docs/metrics.md
std::string describe_metrics(const metric_list& metrics);

} // namespace troupe
