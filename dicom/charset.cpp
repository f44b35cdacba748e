#include "dicom/charset.hpp"

#include "dicom/iconv_text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace troupe::dicom {
namespace {

/// A defined term of (0008,0005), without `ISO_IR ` or `ISO 2022 IR `.
struct term {
  std::string_view name;
  char_set low;
  char_set high;
};

constexpr auto terms = std::to_array<term>({
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

constexpr auto escapes = std::to_array<escape>({
  {"(B", char_set::ascii, false},       {"(J", char_set::romaji, false},    {"$B", char_set::jis_x_0208, false},
  {"$@", char_set::jis_x_0208, false}, // the edition of 1978
  {"$(D", char_set::jis_x_0212, false}, {")I", char_set::katakana, true},   {"-A", char_set::latin_1, true},
  {"-B", char_set::latin_2, true},      {"-C", char_set::latin_3, true},    {"-D", char_set::latin_4, true},
  {"-M", char_set::latin_5, true},      {"-b", char_set::latin_9, true},    {"-L", char_set::cyrillic, true},
  {"-G", char_set::arabic, true},       {"-F", char_set::greek, true},      {"-H", char_set::hebrew, true},
  {"-T", char_set::thai, true},         {"$)C", char_set::ks_x_1001, true}, {"$)A", char_set::gb_2312, true},
});

std::string_view trim(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\0'))
    text.remove_suffix(1);
  return text;
}

const term* find_term(std::string_view value) {
  for (const std::string_view prefix : {std::string_view{"ISO_IR "}, std::string_view{"ISO 2022 IR "}})
    if (value.starts_with(prefix)) {
      value.remove_prefix(prefix.size());
      break;
    }
  const auto found = std::find_if(terms.begin(), terms.end(), [&](const term& t) { return t.name == value; });
  return found == terms.end() ? nullptr : &*found;
}

bool is_pair_set(char_set set) {
  return set >= char_set::jis_x_0208 && set <= char_set::gb_2312;
}

bool is_whole_set(char_set set) {
  return set >= char_set::utf_8;
}

bool is_delimiter(char c, text_kind kind) {
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

/// Whether all of it means the same in ASCII and in UTF-8.
bool is_plain_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '\x1b'; });
}

/// Length of the well-formed UTF-8 character at the front (Unicode table 3-7); 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80)
    return 1;
  if (first >= 0xc2 && first <= 0xdf)
    return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool second = byte(1) >= (first == 0xe0 ? 0xa0U : 0x80U) && byte(1) <= (first == 0xed ? 0x9fU : 0xbfU);
    return second && follows(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool second = byte(1) >= (first == 0xf0 ? 0x90U : 0x80U) && byte(1) <= (first == 0xf4 ? 0x8fU : 0xbfU);
    return second && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

std::string repaired_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    out += length == 0 ? replacement_character : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

} // namespace

/// A text in which bytes mean what the sets say that are active at their place.
class iso_2022_text {
public:
  iso_2022_text(const charset& sets, text_kind kind) : sets_(sets), kind_(kind) { restart(); }

  std::string read(std::string_view text) {
    out_.reserve(text.size() + text.size() / 2);
    while (!text.empty())
      text.remove_prefix(take(text));
    return std::move(out_);
  }

private:
  void restart() {
    low_ = sets_.low_;
    high_ = sets_.high_;
  }

  /// Reads what is in front and returns its length.
  std::size_t take(std::string_view text) {
    const auto first = static_cast<unsigned char>(text[0]);
    if (first == 0x1b && sets_.extensions_)
      if (const std::size_t length = take_escape(text))
        return length;
    if (first >= 0x80)
      return take_high(text);
    if (is_pair_set(low_) && first > 0x20)
      return take_low_pairs(text);
    return take_low(text[0]);
  }

  std::size_t take_escape(std::string_view text) {
    for (const escape& known : escapes)
      if (text.substr(1).starts_with(known.sequence)) {
        (known.high ? high_ : low_) = known.set;
        return 1 + known.sequence.size();
      }
    return 0;
  }

  std::size_t take_low(char c) {
    const bool delimits = is_delimiter(c, kind_);
    if (delimits)
      restart();
    if (low_ == char_set::romaji && c == '\\' && !delimits)
      append_utf8(out_, 0xa5);
    else if (low_ == char_set::romaji && c == '~')
      append_utf8(out_, 0x203e);
    else
      out_.push_back(c);
    return 1;
  }

  /// Pairs of bytes below 0x80, up to an escape or a blank: here a backslash is half a character.
  std::size_t take_low_pairs(std::string_view text) {
    std::string euc;
    std::size_t length = 0;
    const auto graphic = [&](std::size_t i) { return i < text.size() && text[i] > 0x20 && text[i] < 0x7f; };
    for (; graphic(length) && graphic(length + 1); length += 2) {
      if (low_ == char_set::jis_x_0212)
        euc.push_back('\x8f');
      euc.push_back(static_cast<char>(text[length] | 0x80));
      euc.push_back(static_cast<char>(text[length + 1] | 0x80));
    }
    append_multi_byte(out_, low_, euc);
    if (length != 0)
      return length;
    out_ += replacement_character;
    return 1;
  }

  std::size_t take_high(std::string_view text) {
    const char_set active = high_ == char_set::none ? sets_.further_ : high_;
    if (!is_pair_set(active)) {
      append_utf8(out_, single_byte_character(active, static_cast<unsigned char>(text[0])));
      return 1;
    }
    const auto end =
      std::find_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    const auto length = static_cast<std::size_t>(end - text.begin());
    append_multi_byte(out_, active, text.substr(0, length));
    return length;
  }

  const charset& sets_;
  text_kind kind_;
  char_set low_ = char_set::ascii;
  char_set high_ = char_set::none;
  std::string out_;
};

charset::charset(std::string_view specific_character_set) {
  const std::string_view all = trim(specific_character_set);
  if (all.empty())
    return;
  std::size_t begin = 0;
  for (bool first = true; begin <= all.size(); first = false) {
    const std::size_t end = std::min(all.find('\\', begin), all.size());
    const std::string_view value = trim(all.substr(begin, end - begin));
    begin = end + 1;
    extensions_ = extensions_ || value.starts_with("ISO 2022") || !first;
    const term* known = find_term(value);
    if (first && known != nullptr) {
      low_ = known->low;
      high_ = known->high;
    } else if (first && value.empty()) {
      high_ = char_set::none;
    } else if (!first && known != nullptr && further_ == char_set::none && is_pair_set(known->high)) {
      further_ = known->high;
    }
  }
}

std::string charset::to_utf8(std::string_view text, text_kind kind) const {
  if (low_ != char_set::romaji && is_plain_ascii(text))
    return std::string{text};
  if (low_ == char_set::utf_8)
    return repaired_utf8(text);
  if (is_whole_set(low_)) {
    std::string out;
    append_multi_byte(out, low_, text);
    return out;
  }
  return iso_2022_text{*this, kind}.read(text);
}

} // namespace troupe::dicom
