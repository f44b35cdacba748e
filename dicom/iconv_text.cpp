#include "dicom/iconv_text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iconv.h>

namespace troupe::dicom {
namespace {

constexpr std::size_t set_count = static_cast<std::size_t>(char_set::gb_18030) + 1;
constexpr char32_t unknown = 0xfffd;

const char* iconv_name(char_set set) {
  switch (set) {
  case char_set::latin_1:
    return "ISO-8859-1";
  case char_set::latin_2:
    return "ISO-8859-2";
  case char_set::latin_3:
    return "ISO-8859-3";
  case char_set::latin_4:
    return "ISO-8859-4";
  case char_set::latin_5:
    return "ISO-8859-9";
  case char_set::latin_9:
    return "ISO-8859-15";
  case char_set::cyrillic:
    return "ISO-8859-5";
  case char_set::arabic:
    return "ISO-8859-6";
  case char_set::greek:
    return "ISO-8859-7";
  case char_set::hebrew:
    return "ISO-8859-8";
  case char_set::windows_1251:
    return "CP1251";
  case char_set::thai:
    return "TIS-620";
  case char_set::jis_x_0208:
  case char_set::jis_x_0212:
    return "EUC-JP";
  case char_set::ks_x_1001:
    return "EUC-KR";
  case char_set::gb_2312:
    return "GB2312";
  case char_set::gbk:
    return "GBK";
  case char_set::gb_18030:
    return "GB18030";
  default:
    return "UTF-8";
  }
}

/// A converter, of one thread.
class converter {
public:
  converter() = default;

  ~converter() {
    if (open())
      iconv_close(handle_);
  }

  converter(const converter&) = delete;
  converter& operator=(const converter&) = delete;

  void open_for(char_set set) {
    if (!open())
      handle_ = iconv_open("UTF-8", iconv_name(set));
  }

  void open_from_utf8(char_set set) {
    if (!open())
      handle_ = iconv_open(iconv_name(set), "UTF-8");
  }

  bool open() const { return handle_ != none(); }

  /// Converts as much as it can. Returns 0, or why it stopped.
  int convert(std::string& out, std::string_view& text) {
    std::array<char, 1024> buffer;
    // iconv does not write to its input.
    char* from = const_cast<char*>(text.data());
    std::size_t left = text.size();
    int stopped = 0;
    do {
      char* to = buffer.data();
      std::size_t room = buffer.size();
      stopped = iconv(handle_, &from, &left, &to, &room) == static_cast<std::size_t>(-1) ? errno : 0;
      out.append(buffer.data(), buffer.size() - room);
    } while (stopped == E2BIG);
    text.remove_prefix(text.size() - left);
    return stopped;
  }

  void reset() { iconv(handle_, nullptr, nullptr, nullptr, nullptr); }

private:
  static iconv_t none() { return reinterpret_cast<iconv_t>(-1); }

  iconv_t handle_ = none();
};

converter& converter_of(char_set set) {
  thread_local std::array<converter, set_count> converters;
  converter& own = converters[static_cast<std::size_t>(set)];
  own.open_for(set);
  return own;
}

converter& converter_to(char_set set) {
  thread_local std::array<converter, set_count> converters;
  converter& own = converters[static_cast<std::size_t>(set)];
  own.open_from_utf8(set);
  return own;
}

using upper_half = std::array<char32_t, 128>;

/// A character of up to three bytes.
char32_t decode_one(std::string_view utf8) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(utf8[i])); };
  if (utf8.size() == 1)
    return byte(0);
  if (utf8.size() == 2)
    return (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
  if (utf8.size() == 3)
    return (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
  return unknown;
}

upper_half read_upper_half(char_set set) {
  upper_half characters;
  characters.fill(unknown);
  converter own;
  own.open_for(set);
  if (!own.open())
    return characters;
  for (unsigned i = 0; i < characters.size(); ++i) {
    const char byte = static_cast<char>(0x80 + i);
    std::string out;
    std::string_view text{&byte, 1};
    if (own.convert(out, text) == 0 && text.empty())
      characters[i] = decode_one(out);
    own.reset();
  }
  return characters;
}

const std::array<upper_half, set_count>& upper_halves() {
  static const auto all = [] {
    std::array<upper_half, set_count> halves;
    for (upper_half& half : halves)
      half.fill(unknown);
    for (auto set = char_set::latin_1; set <= char_set::thai; set = static_cast<char_set>(static_cast<int>(set) + 1))
      halves[static_cast<std::size_t>(set)] = read_upper_half(set);
    auto& katakana = halves[static_cast<std::size_t>(char_set::katakana)];
    for (unsigned byte = 0xa1; byte <= 0xdf; ++byte)
      katakana[byte - 0x80] = 0xff61 + (byte - 0xa1);
    return halves;
  }();
  return all;
}

} // namespace

void append_utf8(std::string& out, char32_t character) {
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (character < 0x80) {
    put(character);
  } else if (character < 0x800) {
    put(0xc0 | character >> 6);
    put(0x80 | (character & 0x3f));
  } else {
    put(0xe0 | character >> 12);
    put(0x80 | (character >> 6 & 0x3f));
    put(0x80 | (character & 0x3f));
  }
}

char32_t single_byte_character(char_set set, unsigned char byte) {
  return byte < 0x80 ? byte : upper_halves()[static_cast<std::size_t>(set)][byte - 0x80U];
}

void append_multi_byte(std::string& out, char_set set, std::string_view text) {
  converter& own = converter_of(set);
  while (!text.empty()) {
    if (own.open() && own.convert(out, text) == 0)
      break;
    out += replacement_character;
    if (own.open())
      own.reset();
    // A pair of a 94x94 set is wrong as a whole; other sets find their next character themselves.
    const bool paired = set >= char_set::jis_x_0208 && set <= char_set::gb_2312;
    const std::size_t wrong = paired && text.size() > 1 && static_cast<unsigned char>(text[1]) >= 0x80 ? 2 : 1;
    text.remove_prefix(std::min(wrong, text.size()));
  }
}

unsigned char single_byte_of(char_set set, char32_t character) {
  if (character == unknown)
    return 0;
  const upper_half& half = upper_halves()[static_cast<std::size_t>(set)];
  const auto place = std::ranges::find(half, character);
  return place == half.end() ? 0 : static_cast<unsigned char>(0x80 + (place - half.begin()));
}

bool append_encoded(std::string& out, char_set set, std::string_view utf8) {
  converter& own = converter_to(set);
  if (!own.open())
    return false;
  const auto size = out.size();
  if (own.convert(out, utf8) == 0 && utf8.empty())
    return true;
  own.reset();
  out.resize(size);
  return false;
}

utf8_character first_character(std::string_view utf8) {
  const auto byte = [&](std::size_t i) {
    return i < utf8.size() ? static_cast<char32_t>(static_cast<unsigned char>(utf8[i])) : 0;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const char32_t first = byte(0);
  if (utf8.empty())
    return {};
  if (first < 0x80)
    return {first, 1};
  if (first >= 0xc2 && first <= 0xdf && follows(1))
    return {(first & 0x1f) << 6 | (byte(1) & 0x3f), 2};
  if (first >= 0xe0 && first <= 0xef && follows(1) && follows(2)) {
    const char32_t value = (first & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    return value < 0x800 || (value >= 0xd800 && value <= 0xdfff) ? utf8_character{} : utf8_character{value, 3};
  }
  if (first >= 0xf0 && first <= 0xf4 && follows(1) && follows(2) && follows(3)) {
    const char32_t value = (first & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
    return value < 0x10000 || value > 0x10ffff ? utf8_character{} : utf8_character{value, 4};
  }
  return {};
}

} // namespace troupe::dicom
