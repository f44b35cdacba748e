#include "core/hex_text.hpp"

namespace troupe {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

} // namespace

std::string hex_text(std::span<const std::uint8_t> bytes, hyphen_places hyphen) {
  std::string text;
  text.reserve(2 * bytes.size() + 4);
  for (const auto byte : bytes) {
    if (hyphen(text.size()))
      text += '-';
    text += digits[byte >> 4];
    text += digits[byte & 0x0F];
  }
  return text;
}

bool parse_hex_text(std::string_view text, hyphen_places hyphen, std::span<std::uint8_t> bytes) {
  std::size_t nibble = 0;
  for (std::size_t place = 0; place < text.size(); ++place) {
    if (hyphen(place)) {
      if (text[place] != '-')
        return false;
      continue;
    }
    const auto value = digits.find(text[place]);
    if (value == std::string_view::npos || nibble == 2 * bytes.size())
      return false;
    auto& byte = bytes[nibble / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | value);
    ++nibble;
  }
  return nibble == 2 * bytes.size();
}

} // namespace troupe
