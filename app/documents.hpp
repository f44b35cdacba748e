/// \file
/// What the program writes instead of serving: documents made from its tables, and configurations.
#pragma once

#include <troupe/options.hpp>

#include "app/command_line.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::app {

/// Writes what was asked for; the exit status, or nothing if the server is to be run.
std::optional<int> write_documents(const command_line& asked, const options& settings,
                                   const std::vector<std::string>& warnings);

} // namespace troupe::app
