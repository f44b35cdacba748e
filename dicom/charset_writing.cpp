#include "dicom/charset.hpp"
#include "dicom/charset_tables.hpp"
#include "dicom/iconv_text.hpp"

#include <algorithm>

namespace troupe::dicom {

/// Writes a text with the escape sequences that it needs.
class iso_2022_writer {
public:
  iso_2022_writer(const charset& sets, text_kind kind) : sets_(sets), kind_(kind) { restart(); }

  std::optional<std::string> write(std::string_view text) {
    while (!text.empty()) {
      const auto next = first_character(text);
      if (next.length == 0 || !put(next.value, text.substr(0, next.length)))
        return std::nullopt;
      text.remove_prefix(next.length);
    }
    return_to_first();
    return std::move(out_);
  }

private:
  void restart() {
    low_ = sets_.low_;
    high_ = sets_.high_;
  }

  // Before the end of a part the lower half must be as at the beginning.
  void return_to_first() {
    if (low_ != sets_.low_)
      activate(sets_.low_);
  }

  bool put(char32_t character, std::string_view utf8) {
    if (character < 0x80)
      return put_ascii(static_cast<char>(character));
    if (put_as(high_, character, utf8) || (is_pair_set(low_) && put_as(low_, character, utf8)))
      return true;
    if (!sets_.extensions_)
      return false;
    return std::any_of(escapes.begin(), escapes.end(), [&](const escape& known) {
      const bool declared = (sets_.declared_ & bit_of(known.set)) != 0;
      return declared && known.set > char_set::ascii && known.set != char_set::romaji
             && put_as(known.set, character, utf8);
    });
  }

  bool put_ascii(char c) {
    if (c == '\x1b')
      return false;
    if (is_delimiter(c, kind_)) {
      return_to_first();
      restart();
    } else {
      return_to_first();
    }
    out_.push_back(c);
    return true;
  }

  bool put_as(char_set set, char32_t character, std::string_view utf8) {
    if (set == char_set::none)
      return false;
    std::string bytes;
    if (!is_pair_set(set)) {
      const auto byte = single_byte_of(set, character);
      if (byte == 0)
        return false;
      bytes.push_back(static_cast<char>(byte));
    } else if (!append_encoded(bytes, set, utf8) || !fits(set, bytes)) {
      return false;
    }
    activate(set);
    out_ += bytes;
    return true;
  }

  /// Whether the EUC form is of that very set; brings it into the form that files have.
  static bool fits(char_set set, std::string& euc) {
    if (set == char_set::jis_x_0212) {
      if (euc.size() != 3 || euc[0] != '\x8f')
        return false;
      euc.erase(0, 1);
    }
    const bool pair = euc.size() == 2 && static_cast<unsigned char>(euc[0]) > 0xa0;
    if (pair && (set == char_set::jis_x_0208 || set == char_set::jis_x_0212))
      for (char& byte : euc)
        byte = static_cast<char>(byte & 0x7f);
    return pair;
  }

  void activate(char_set set) {
    const auto* const found =
      std::find_if(escapes.begin(), escapes.end(), [&](const escape& known) { return known.set == set; });
    if (found == escapes.end())
      return;
    char_set& active = found->high ? high_ : low_;
    if (active == set)
      return;
    active = set;
    out_.push_back('\x1b');
    out_ += found->sequence;
  }

  const charset& sets_;
  text_kind kind_;
  char_set low_ = char_set::ascii;
  char_set high_ = char_set::none;
  std::string out_;
};

std::optional<std::string> charset::from_utf8(std::string_view text, text_kind kind) const {
  std::optional<std::string> written;
  if (low_ == char_set::utf_8) {
    written = text;
  } else if (is_whole_set(low_)) {
    std::string out;
    if (append_encoded(out, low_, text))
      written = std::move(out);
  } else {
    written = iso_2022_writer{*this, kind}.write(text);
  }
  // Whatever the tables say: what was written must be read as it was meant.
  if (!written || to_utf8(*written, kind) != text)
    return std::nullopt;
  return written;
}

std::optional<text_kind> text_kind_of(vr type) noexcept {
  switch (type) {
  case vr::pn:
    return text_kind::name;
  case vr::st:
  case vr::lt:
  case vr::ut:
    return text_kind::plain;
  case vr::sh:
  case vr::lo:
  case vr::uc:
    return text_kind::values;
  default:
    return std::nullopt;
  }
}

} // namespace troupe::dicom
