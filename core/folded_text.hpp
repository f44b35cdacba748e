/// \file
/// Texts as they are searched: without case and without accents.
#pragma once

#include <string>
#include <string_view>

namespace troupe {

/// The text in lower case, letters without their marks (`É` to `e`, `ß` to `ss`), in the composed form of Unicode,
/// without NULs and without blanks at both ends. Two texts that a person would take for the same name fold to the same
/// bytes. What is no UTF-8 keeps its bytes, only ASCII letters change.
std::string folded(std::string_view utf8);

/// The text without blanks and NULs at both ends, as DICOM compares it.
std::string_view without_padding(std::string_view text) noexcept;

} // namespace troupe
