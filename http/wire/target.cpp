#include "http/wire/target.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace troupe::http {
namespace {

std::optional<unsigned> hex_value(char c) {
  if (c >= '0' && c <= '9')
    return static_cast<unsigned>(c - '0');
  const char lower = static_cast<char>(c | 0x20);
  if (lower >= 'a' && lower <= 'f')
    return static_cast<unsigned>(lower - 'a' + 10);
  return {};
}

/// Bytes of the UTF-8 sequence that begins at `at`; 0 if it is malformed, overlong or a surrogate (RFC 3629).
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto lead = byte(at);
  if (lead < 0x80)
    return 1;
  const std::size_t length = lead >= 0xc2 && lead <= 0xdf   ? 2
                             : (lead & 0xf0u) == 0xe0       ? 3
                             : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                            : 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(at + i) & 0xc0u) != 0x80)
      return 0;
  const auto second = byte(at + 1);
  const bool bad = (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) || (lead == 0xf0 && second < 0x90)
                   || (lead == 0xf4 && second > 0x8f);
  return bad ? 0 : length;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto length = utf8_length(text, at);
    if (length == 0)
      return false;
    at += length;
  }
  return true;
}

error syntax(std::string why) {
  return {error_code::uri_syntax, std::move(why)};
}

result<std::string> decode(std::string_view text, bool plus_is_blank) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += plus_is_blank && text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const auto high = i + 2 < text.size() ? hex_value(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_value(text[i + 2]) : std::nullopt;
    if (!high || !low)
      return syntax("'%' must be followed by two hexadecimal digits");
    if (*high == 0 && *low == 0)
      return syntax("%00 is not allowed");
    decoded += static_cast<char>(*high << 4 | *low);
    i += 2;
  }
  if (!is_utf8(decoded))
    return syntax("The escaped bytes are not UTF-8");
  return decoded;
}

/// Calls `take` for the parts of a text between separators, without the empty ones, until it answers with an error.
template <class Take>
result<void> for_each_part(std::string_view text, char separator, Take take) {
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (end != 0)
      if (auto taken = take(text.substr(0, end)); taken.has_error())
        return taken;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

} // namespace

result<target_parts> split_target(std::string_view target) {
  if (!target.starts_with('/'))
    return syntax("The target must begin with '/'");
  if (!std::ranges::all_of(target, [](char c) { return c > ' ' && c < 0x7f && c != '#'; }))
    return syntax("The target has characters that must be escaped");
  const auto mark = target.find('?');
  target_parts parts;
  auto path = for_each_part(target.substr(0, mark), '/', [&](std::string_view text) -> result<void> {
    auto segment = decode(text, false);
    if (segment.has_error())
      return segment.error();
    if (*segment == "." || *segment == "..")
      return syntax("'.' and '..' are not allowed");
    parts.path.push_back(*std::move(segment));
    return {};
  });
  if (path.has_error())
    return path.error();
  if (mark == std::string_view::npos)
    return parts;
  auto query = for_each_part(target.substr(mark + 1), '&', [&](std::string_view text) -> result<void> {
    const auto equals = text.find('=');
    auto name = decode(text.substr(0, equals), true);
    auto value = decode(equals == std::string_view::npos ? "" : text.substr(equals + 1), true);
    if (name.has_error() || value.has_error())
      return name.has_error() ? name.error() : value.error();
    parts.query.emplace_back(*std::move(name), *std::move(value));
    return {};
  });
  if (query.has_error())
    return query.error();
  return parts;
}

} // namespace troupe::http
