/// \file
/// The part of the character sets that the C library knows.
#pragma once

#include "dicom/charset.hpp"

#include <string>
#include <string_view>

namespace troupe::dicom {

/// U+FFFD in UTF-8.
inline constexpr std::string_view replacement_character = "\xef\xbf\xbd";

/// Appends a character in UTF-8.
void append_utf8(std::string& out, char32_t character);

/// The character that a byte from 0x80 on stands for in a set of single bytes; U+FFFD if none.
char32_t single_byte_character(char_set set, unsigned char byte);

/// Appends what `text`, wholly in a set of several bytes (EUC form for the 94x94 sets), means in UTF-8.
void append_multi_byte(std::string& out, char_set set, std::string_view text);

} // namespace troupe::dicom
