/// \file
/// Configuration from the file system and from the environment of the process.
#pragma once

#include <troupe/option.hpp>

#include "core/configuration.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace troupe::app {

/// The texts of the files; a directory stands for its `*.json` in the order of their names. Errors: `inexistent_file`,
/// `regular_file_expected` (also for a file above 16 MiB and a directory without `*.json`), each with the path.
result<std::vector<configuration_text>> read_configuration_files(const std::vector<std::filesystem::path>& paths);

/// The variables of this process. To be called before there are threads.
environment process_environment();

/// Both, applied to `options`: `configure` of core/configuration.hpp, with its warnings and errors.
result<std::vector<std::string>> read_configuration(option_list& options,
                                                    const std::vector<std::filesystem::path>& paths);

} // namespace troupe::app
