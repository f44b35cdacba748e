/// \file
/// The arguments of the server program.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace troupe::app {

/// What the arguments ask for.
struct command_line {
  std::vector<std::filesystem::path> configurations; ///< files, or directories of `*.json`, in the order given
  bool verbose = false;
  bool trace = false; ///< implies verbose
  bool no_jobs = false;
  bool check_configuration = false;
  bool print_configuration = false;
  std::optional<std::filesystem::path> log_file;
  std::optional<std::filesystem::path> log_directory;
  std::optional<std::filesystem::path> sample_configuration; ///< where to write the sample (`--config=`)
  std::optional<std::filesystem::path> openapi;              ///< where to write the OpenAPI document
  std::optional<std::filesystem::path> cheatsheet;           ///< where to write the list of routes
  std::optional<std::string> describe;                       ///< `errors`, `options`, `metrics`, `states` or `routes`
};

/// Nothing to run: help, the version or a usage error.
struct command_line_end {
  int exit_code = 0; ///< 0, or 2 for a usage error
  std::string text;  ///< for stdout if the exit code is 0, else for stderr
};

/// Reads the arguments of main(), the name of the program included.
std::variant<command_line, command_line_end> parse_command_line(int count, const char* const* arguments);

} // namespace troupe::app
