#include "core/json_string.hpp"

#include <algorithm>

namespace troupe {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

bool must_be_escaped(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

void append_escaped(std::string& out, char c) {
  out.push_back('\\');
  switch (c) {
  case '"':
  case '\\':
    out.push_back(c);
    return;
  case '\n':
    out.push_back('n');
    return;
  case '\r':
    out.push_back('r');
    return;
  case '\t':
    out.push_back('t');
    return;
  default:
    break;
  }
  const auto byte = static_cast<unsigned char>(c);
  out.append("u00").push_back(digits[byte >> 4]);
  out.push_back(digits[byte & 0xf]);
}

} // namespace

void append_json_string(std::string& out, std::string_view utf8) {
  out.push_back('"');
  while (true) {
    const auto special = std::ranges::find_if(utf8, must_be_escaped);
    out.append(utf8.begin(), special);
    if (special == utf8.end())
      break;
    append_escaped(out, *special);
    utf8.remove_prefix(static_cast<std::size_t>(special - utf8.begin()) + 1);
  }
  out.push_back('"');
}

} // namespace troupe
