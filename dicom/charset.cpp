#include "dicom/charset.hpp"

#include "dicom/charset_tables.hpp"
#include "dicom/iconv_text.hpp"

#include <algorithm>
#include <optional>

namespace troupe::dicom {
namespace {

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

/// What an escape sequence may activate where the term is given.
std::uint32_t declared_by(const term& given) {
  const auto high = given.high == char_set::none ? 0U : bit_of(given.high);
  const auto pairs = given.name == "87"    ? bit_of(char_set::jis_x_0208)
                     : given.name == "159" ? bit_of(char_set::jis_x_0212)
                                           : 0U;
  return bit_of(given.low) | high | pairs;
}

/// Whether all of it means the same in ASCII and in UTF-8.
bool is_plain_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '\x1b'; });
}

std::string repaired_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = first_character(text).length;
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
  known_ = true;
  for (bool first = true; begin <= all.size(); first = false) {
    const std::size_t end = std::min(all.find('\\', begin), all.size());
    const std::string_view value = trim(all.substr(begin, end - begin));
    begin = end + 1;
    extensions_ = extensions_ || value.starts_with("ISO 2022") || !first;
    const term* known = find_term(value);
    known_ = known_ && (known != nullptr || (first && value.empty()));
    if (known != nullptr)
      declared_ |= declared_by(*known);
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

charset charset::windows_1251() noexcept {
  charset made;
  made.high_ = char_set::windows_1251;
  return made;
}

bool charset::is_utf8(std::string_view text) const noexcept {
  return low_ != char_set::romaji && is_plain_ascii(text);
}

std::string charset::to_utf8(std::string_view text, text_kind kind) const {
  if (is_utf8(text))
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
