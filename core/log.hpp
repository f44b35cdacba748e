/// \file
/// The log. Lines go to stderr: time, level, component, text. Never patient data, never secrets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe {

enum class log_level : std::uint8_t { trace, debug, info, warning, error };

/// Sets the least level that is written, and an optional file that lines go to as well (append). Before the first call,
/// lines at `warning` and above go to stderr. Throws `failure` if the file cannot be opened.
void start_log(log_level least, const std::string& file = {});
/// Writes out what is buffered and stops; what is logged after it is lost.
void stop_log();

/// Whether a line of that level would be written.
bool logs(log_level level) noexcept;
/// Writes one line; control characters are shown as `\n` or `\x1b`. `component` is the room of the house it comes from:
/// `store`, `http`.
void log(log_level level, std::string_view component, std::string_view text);

} // namespace troupe
