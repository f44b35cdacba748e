/// \file
/// Specific Character Set (PS3.3 C.12.1.1.2, PS3.5 6.1): texts of DICOM files to UTF-8 and back.
#pragma once

#include "dicom/value_representation.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::dicom {

/// Which characters end a part of a text, so that the character set returns to the first one there.
enum class text_kind : std::uint8_t {
  plain,  ///< none but line ends: ST, LT, UT
  values, ///< and backslashes: LO, SH, UC
  name,   ///< and `^`, `=`: PN
};

/// Graphic characters that can be made active.
enum class char_set : std::uint8_t {
  none,
  ascii,        ///< ISO-IR 6
  latin_1,      ///< ISO-IR 100
  latin_2,      ///< ISO-IR 101
  latin_3,      ///< ISO-IR 109
  latin_4,      ///< ISO-IR 110
  latin_5,      ///< ISO-IR 148
  latin_9,      ///< ISO-IR 203
  cyrillic,     ///< ISO-IR 144
  arabic,       ///< ISO-IR 127
  greek,        ///< ISO-IR 126
  hebrew,       ///< ISO-IR 138
  windows_1251, ///< no term of DICOM, but there are files
  thai,         ///< ISO-IR 166
  romaji,       ///< ISO-IR 14: ASCII with yen and overline
  katakana,     ///< ISO-IR 13
  jis_x_0208,   ///< ISO-IR 87, two bytes
  jis_x_0212,   ///< ISO-IR 159, two bytes
  ks_x_1001,    ///< ISO-IR 149, two bytes
  gb_2312,      ///< ISO-IR 58, two bytes
  utf_8,        ///< ISO-IR 192
  gbk,
  gb_18030,
};

/// The character sets of a data set. Small, copied freely; any thread.
class charset {
public:
  /// Latin 1: what is assumed where nothing is said.
  charset() = default;
  /// From the value of (0008,0005), values separated by backslashes. Latin 1 where the first of several is unknown.
  explicit charset(std::string_view specific_character_set);
  /// Cyrillic of Windows: no file can say so, but a server can be told to assume it.
  static charset windows_1251() noexcept;

  /// Whether the text is the same in UTF-8.
  bool is_utf8(std::string_view text) const noexcept;

  /// The text in UTF-8. What is no character becomes U+FFFD. Never throws but for want of memory.
  std::string to_utf8(std::string_view text, text_kind kind) const;

  /// A text in UTF-8 as these sets write it, with the escape sequences that are needed; nothing if they cannot. What
  /// comes back means the same to `to_utf8`.
  std::optional<std::string> from_utf8(std::string_view text, text_kind kind) const;

  /// Whether all values of (0008,0005) are defined terms, so that what is written in these sets will be understood.
  bool known() const noexcept { return known_; }

private:
  friend class iso_2022_text;
  friend class iso_2022_writer;

  /// What is active at the beginning: `low_` for bytes up to 0x7f, `high_` above.
  char_set low_ = char_set::ascii;
  char_set high_ = char_set::latin_1;
  /// Two-byte set of a further value: for texts that forgot to activate it.
  char_set further_ = char_set::none;
  bool extensions_ = false; ///< escape sequences may switch sets
  bool known_ = false;
  std::uint32_t declared_ = 0; ///< sets that escape sequences may switch to, a bit each
};

/// Which characters end a part of a text of that type; nothing where no character set matters (PS3.5 6.1.2.2).
std::optional<text_kind> text_kind_of(vr type) noexcept;

} // namespace troupe::dicom
