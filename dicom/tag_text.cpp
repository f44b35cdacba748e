#include "dicom/tag_text.hpp"

#include "dicom/dictionary.hpp"

#include <charconv>

namespace troupe::dicom {
namespace {

std::optional<std::uint16_t> hex_16(std::string_view digits) {
  std::uint16_t number = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  if (digits.size() != 4 || code != std::errc{} || end != digits.data() + digits.size())
    return std::nullopt;
  return number;
}

} // namespace

void append_tag(std::string& out, dicom_tag tag, char separator) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (int place = 28; place >= 0; place -= 4) {
    out.push_back(digits[tag >> place & 0xf]);
    if (place == 16)
      out.push_back(separator);
  }
}

void append_upper_tag(std::string& out, dicom_tag tag) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (int place = 28; place >= 0; place -= 4)
    out.push_back(digits[tag >> place & 0xf]);
}

void append_type(std::string& out, vr type) {
  const auto letters = static_cast<unsigned>(traits(type).known ? type : vr::un);
  out.push_back(static_cast<char>(letters >> 8));
  out.push_back(static_cast<char>(letters & 0xff));
}

std::optional<dicom_tag> parse_tag(std::string_view text) {
  const bool separated = text.size() == 9 && (text[4] == ',' || text[4] == '-');
  if (separated || text.size() == 8) {
    const auto group = hex_16(text.substr(0, 4));
    const auto element = hex_16(text.substr(text.size() - 4));
    if (group && element)
      return static_cast<dicom_tag>(*group) << 16 | *element;
  }
  return find_keyword(text);
}

} // namespace troupe::dicom
