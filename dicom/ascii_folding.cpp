#include "dicom/ascii_folding.hpp"

#include <array>
#include <cstddef>

namespace troupe::dicom {
namespace {

using namespace std::string_view_literals;

/// U+00C0 to U+017F (Latin-1 Supplement and Latin Extended-A). The two that are no letters are blanks.
constexpr std::array folded{
  "A"sv, "A"sv, "A"sv,  "A"sv,  "A"sv, "A"sv, "AE"sv, "C"sv,
  "E"sv, "E"sv, "E"sv,  "E"sv,  "I"sv, "I"sv, "I"sv,  "I"sv, // C0
  "D"sv, "N"sv, "O"sv,  "O"sv,  "O"sv, "O"sv, "O"sv,  " "sv,
  "O"sv, "U"sv, "U"sv,  "U"sv,  "U"sv, "Y"sv, "Th"sv, "ss"sv, // D0
  "a"sv, "a"sv, "a"sv,  "a"sv,  "a"sv, "a"sv, "ae"sv, "c"sv,
  "e"sv, "e"sv, "e"sv,  "e"sv,  "i"sv, "i"sv, "i"sv,  "i"sv, // E0
  "d"sv, "n"sv, "o"sv,  "o"sv,  "o"sv, "o"sv, "o"sv,  " "sv,
  "o"sv, "u"sv, "u"sv,  "u"sv,  "u"sv, "y"sv, "th"sv, "y"sv, // F0
  "A"sv, "a"sv, "A"sv,  "a"sv,  "A"sv, "a"sv, "C"sv,  "c"sv,
  "C"sv, "c"sv, "C"sv,  "c"sv,  "C"sv, "c"sv, "D"sv,  "d"sv, // 100
  "D"sv, "d"sv, "E"sv,  "e"sv,  "E"sv, "e"sv, "E"sv,  "e"sv,
  "E"sv, "e"sv, "E"sv,  "e"sv,  "G"sv, "g"sv, "G"sv,  "g"sv, // 110
  "G"sv, "g"sv, "G"sv,  "g"sv,  "H"sv, "h"sv, "H"sv,  "h"sv,
  "I"sv, "i"sv, "I"sv,  "i"sv,  "I"sv, "i"sv, "I"sv,  "i"sv, // 120
  "I"sv, "i"sv, "IJ"sv, "ij"sv, "J"sv, "j"sv, "K"sv,  "k"sv,
  "k"sv, "L"sv, "l"sv,  "L"sv,  "l"sv, "L"sv, "l"sv,  "L"sv, // 130
  "l"sv, "L"sv, "l"sv,  "N"sv,  "n"sv, "N"sv, "n"sv,  "N"sv,
  "n"sv, "n"sv, "N"sv,  "n"sv,  "O"sv, "o"sv, "O"sv,  "o"sv, // 140
  "O"sv, "o"sv, "OE"sv, "oe"sv, "R"sv, "r"sv, "R"sv,  "r"sv,
  "R"sv, "r"sv, "S"sv,  "s"sv,  "S"sv, "s"sv, "S"sv,  "s"sv, // 150
  "S"sv, "s"sv, "T"sv,  "t"sv,  "T"sv, "t"sv, "T"sv,  "t"sv,
  "U"sv, "u"sv, "U"sv,  "u"sv,  "U"sv, "u"sv, "U"sv,  "u"sv, // 160
  "U"sv, "u"sv, "U"sv,  "u"sv,  "W"sv, "w"sv, "Y"sv,  "y"sv,
  "Y"sv, "Z"sv, "z"sv,  "Z"sv,  "z"sv, "Z"sv, "z"sv,  "s"sv, // 170
};
static_assert(folded.size() == 0x180 - 0xc0);

constexpr unsigned first_folded = 0xc0;

} // namespace

std::string ascii_folded(std::string_view utf8) {
  std::string out;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte < 0x80) {
      out.push_back(utf8[i]);
      continue;
    }
    if ((byte & 0xc0) == 0x80)
      continue; // the rest of a character
    const unsigned next = i + 1 < utf8.size() ? static_cast<unsigned char>(utf8[i + 1]) : 0U;
    const unsigned two_bytes = (byte & 0xe0) == 0xc0 ? (byte & 0x1fU) << 6 | (next & 0x3fU) : 0U;
    if (two_bytes >= first_folded && two_bytes < first_folded + folded.size())
      out += folded[two_bytes - first_folded];
    else if (two_bytes < 0x300 || two_bytes > 0x36f)
      out.push_back(' ');
  }
  return out;
}

} // namespace troupe::dicom
