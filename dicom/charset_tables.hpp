/// \file
/// The tables of Specific Character Set that reading and writing share.
#pragma once

#include "dicom/charset.hpp"

#include <array>
#include <string_view>

namespace troupe::dicom {

/// A defined term of (0008,0005), without `ISO_IR ` or `ISO 2022 IR `.
struct term {
  std::string_view name;
  char_set low;
  char_set high;
};

inline constexpr auto terms = std::to_array<term>({
  {"6", char_set::ascii, char_set::none},       {"100", char_set::ascii, char_set::latin_1},
  {"101", char_set::ascii, char_set::latin_2},  {"109", char_set::ascii, char_set::latin_3},
  {"110", char_set::ascii, char_set::latin_4},  {"148", char_set::ascii, char_set::latin_5},
  {"203", char_set::ascii, char_set::latin_9},  {"144", char_set::ascii, char_set::cyrillic},
  {"127", char_set::ascii, char_set::arabic},   {"126", char_set::ascii, char_set::greek},
  {"138", char_set::ascii, char_set::hebrew},   {"166", char_set::ascii, char_set::thai},
  {"13", char_set::romaji, char_set::katakana}, {"87", char_set::ascii, char_set::none},
  {"159", char_set::ascii, char_set::none},     {"149", char_set::ascii, char_set::ks_x_1001},
  {"58", char_set::ascii, char_set::gb_2312},   {"192", char_set::utf_8, char_set::utf_8},
  {"GBK", char_set::gbk, char_set::gbk},        {"GB18030", char_set::gb_18030, char_set::gb_18030},
});

/// What an escape sequence activates (PS3.3 tables C.12-3 and C.12-4).
struct escape {
  std::string_view sequence; ///< after the ESC
  char_set set;
  bool high;
};

inline constexpr auto escapes = std::to_array<escape>({
  {"(B", char_set::ascii, false},       {"(J", char_set::romaji, false},    {"$B", char_set::jis_x_0208, false},
  {"$@", char_set::jis_x_0208, false}, // the edition of 1978
  {"$(D", char_set::jis_x_0212, false}, {")I", char_set::katakana, true},   {"-A", char_set::latin_1, true},
  {"-B", char_set::latin_2, true},      {"-C", char_set::latin_3, true},    {"-D", char_set::latin_4, true},
  {"-M", char_set::latin_5, true},      {"-b", char_set::latin_9, true},    {"-L", char_set::cyrillic, true},
  {"-G", char_set::arabic, true},       {"-F", char_set::greek, true},      {"-H", char_set::hebrew, true},
  {"-T", char_set::thai, true},         {"$)C", char_set::ks_x_1001, true}, {"$)A", char_set::gb_2312, true},
});

constexpr std::uint32_t bit_of(char_set set) noexcept {
  return 1U << static_cast<unsigned>(set);
}

/// Two bytes a character, switched to by an escape sequence.
constexpr bool is_pair_set(char_set set) noexcept {
  return set >= char_set::jis_x_0208 && set <= char_set::gb_2312;
}

/// A character set without escape sequences that holds for the whole text.
constexpr bool is_whole_set(char_set set) noexcept {
  return set >= char_set::utf_8;
}

/// Whether the sets of the beginning are active again from this character on.
constexpr bool is_delimiter(char c, text_kind kind) {
  switch (c) {
  case '\n':
  case '\r':
  case '\f':
  case '\t':
    return true;
  case '\\':
    return kind != text_kind::plain;
  case '^':
  case '=':
    return kind == text_kind::name;
  default:
    return false;
  }
}

} // namespace troupe::dicom
