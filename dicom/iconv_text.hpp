/// \file
/// The part of the character sets that the C library knows.
#pragma once

#include "dicom/charset.hpp"

#include <cstddef>
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

/// The byte from 0x80 on that stands for a character in a set of single bytes; 0 if none.
unsigned char single_byte_of(char_set set, char32_t character);

/// Appends a text in UTF-8 as a set of several bytes writes it (EUC form for the 94x94 sets). False if it cannot.
bool append_encoded(std::string& out, char_set set, std::string_view utf8);

/// The well-formed character at the front of a text in UTF-8, and its length; length 0 if there is none.
struct utf8_character {
  char32_t value = 0;
  std::size_t length = 0;
};

utf8_character first_character(std::string_view utf8);

} // namespace troupe::dicom
