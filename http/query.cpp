#include "http/query.hpp"

#include "core/time_text.hpp"

#include <charconv>

namespace troupe::http {

namespace {

/// As a part of a query: everything but letters, digits and `-._~` escaped.
std::string escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string safe;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
                       || std::string_view("-._~").find(c) != std::string_view::npos;
    const auto byte = static_cast<unsigned char>(c);
    if (plain)
      safe += c;
    else
      safe.append({'%', digits[byte >> 4U], digits[byte & 0xfU]});
  }
  return safe;
}

} // namespace

result<std::optional<std::uint64_t>> number_parameter(const request_head& request, std::string_view name,
                                                      std::uint64_t least, std::uint64_t most) {
  const auto text = request.parameter(name);
  if (!text)
    return std::optional<std::uint64_t>();
  std::uint64_t value = 0;
  const auto* const end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end || value < least || value > most)
    return error{error_code::parameter_out_of_range, "The parameter '" + std::string(name) + "' must be a number from "
                                                       + std::to_string(least) + " to " + std::to_string(most)};
  return std::optional(value);
}

result<std::optional<time_point>> time_parameter(const request_head& request, std::string_view name) {
  const auto text = request.parameter(name);
  if (!text)
    return std::optional<time_point>();
  const auto time = parse_time(*text);
  if (!time)
    return error{error_code::parameter_out_of_range,
                 "The parameter '" + std::string(name) + "' must be a time such as 2026-01-31T12:00:00Z"};
  return time;
}

std::string next_link(const request_head& request, std::string_view name, std::string_view value) {
  std::string link = "<" + std::string(request.path_text());
  char separator = '?';
  const auto add = [&](std::string_view key, std::string_view of) {
    link += separator;
    link += escaped(key);
    if (!of.empty())
      link += "=" + escaped(of);
    separator = '&';
  };
  for (const auto& [key, of] : request.query)
    if (key != name)
      add(key, of);
  add(name, value);
  return link + ">; rel=\"next\"";
}

} // namespace troupe::http
