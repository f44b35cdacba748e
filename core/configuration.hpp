/// \file
/// Configuration: texts of files and environment variables in, options out. Reads no file and no environment by itself.
#pragma once

#include <troupe/option.hpp>

#include <map>
#include <span>
#include <string>
#include <vector>

namespace troupe {

/// A configuration file: what messages call it, and its text.
struct configuration_text {
  std::string name;
  std::string text;
};

/// Environment variables by name.
using environment = std::map<std::string, std::string, std::less<>>;

/// Sets `options` from files, then from the variables `ORTHANC__...` and `TROUPE__...`, which win (`TROUPE__...` last).
///
/// A file is a JSON object with `//` and `/* */` comments. `${NAME}` and `${NAME:-default}` anywhere in it are replaced
/// by the variable's value as it is, before the text is read; a variable that is not set and has no default is empty.
/// A variable `ORTHANC__HTTP_PORT` is the option `HttpPort`; its value is JSON where that has the type of the option,
/// else text.
///
/// Returns warnings: keys and variables that are no option. Errors name the file and the place or the option:
/// `bad_json` (syntax, a key twice in a file), `bad_file_format` (no object), `incompatible_configurations` (a key in
/// two files), and those of `option_base::set`. After an error some options may have been set.
result<std::vector<std::string>> configure(option_list& options, std::span<const configuration_text> files,
                                           const environment& variables);

/// A configuration file with every option, its documentation and its default value.
std::string sample_configuration(const option_list& options);

/// The values in effect, as a configuration file.
std::string current_configuration(const option_list& options);

} // namespace troupe
