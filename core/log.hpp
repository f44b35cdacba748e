/// \file
/// The log. Lines go to stderr: time, level, component, text. Never patient data, never secrets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe {

enum class log_level : std::uint8_t { trace, debug, info, warning, error };

/// Parts of the server whose lines can be asked for one by one, as Orthanc names them.
enum class log_category : std::uint8_t { generic, plugins, http, sqlite, dicom, jobs, lua };

inline constexpr std::size_t log_category_count = 7;

/// Sets the least level that is written, and an optional file that lines go to as well (append). Before the first call,
/// lines at `warning` and above go to stderr. Throws `failure` if the file cannot be opened.
void start_log(log_level least, const std::string& file = {});
/// Writes out what is buffered and stops; what is logged after it is lost.
void stop_log();

/// Changes the least level of a part, while the log is written. Any thread.
void set_log_level(log_category of, log_level least);
log_level least_logged(log_category of) noexcept;

/// Whether a line of that level would be written by some part.
bool logs(log_level level) noexcept;
/// Writes one line; control characters are shown as `\n` or `\x1b`. `component` is the room of the house it comes from:
/// `store`, `http`.
void log(log_level level, std::string_view component, std::string_view text);

} // namespace troupe
