#include "http/byte_range.hpp"

#include "http/exchange.hpp"

#include <algorithm>
#include <charconv>

namespace troupe::http {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Digits only; a number too large for 64 bits is their maximum.
std::optional<std::uint64_t> number(std::string_view digits) {
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  std::uint64_t value = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec != std::errc{})
    return ~std::uint64_t{0};
  return value;
}

std::string content_range(const byte_range& part, std::uint64_t size) {
  return "bytes " + std::to_string(part.first) + "-" + std::to_string(part.first + part.length - 1) + "/"
         + std::to_string(size);
}

} // namespace

result<std::optional<byte_range>> parse_range(std::string_view header, std::uint64_t size) {
  constexpr std::string_view unit = "bytes=";
  const std::optional<byte_range> whole;
  if (!header.starts_with(unit))
    return whole;
  const auto spec = trimmed(header.substr(unit.size()));
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos)
    return whole;
  const auto first = number(trimmed(spec.substr(0, dash)));
  const auto last = number(trimmed(spec.substr(dash + 1)));
  const bool first_given = dash > 0;
  const bool last_given = dash + 1 < spec.size();
  if ((first_given && !first) || (last_given && !last) || (!first_given && !last_given)
      || (first && last && *last < *first))
    return whole;
  if (!first_given) {
    const auto length = std::min(*last, size);
    if (length == 0)
      return error{error_code::bad_range, "The range is empty"};
    return std::optional(byte_range{size - length, length});
  }
  if (*first >= size)
    return error{error_code::bad_range, "The range begins after the end"};
  const auto end = last ? std::min(*last, size - 1) : size - 1;
  return std::optional(byte_range{*first, end - *first + 1});
}

bool matches_etag(std::string_view header, std::string_view etag) {
  while (!header.empty()) {
    const auto comma = header.find(',');
    auto one = trimmed(header.substr(0, comma));
    if (one == "*")
      return true;
    if (one.starts_with("W/"))
      one.remove_prefix(2);
    if (one.size() >= 2 && one.front() == '"' && one.back() == '"' && one.substr(1, one.size() - 2) == etag)
      return true;
    header = comma == std::string_view::npos ? std::string_view{} : header.substr(comma + 1);
  }
  return false;
}

reply stored_reply(const request_head& request, stored_body body, std::string content_type) {
  reply answer{.status = 200, .content_type = std::move(content_type)};
  answer.headers.emplace_back("Accept-Ranges", "bytes");
  if (!body.etag.empty()) {
    answer.headers.emplace_back("ETag", '"' + body.etag + '"');
    if (const auto known = request.header("if-none-match"); known && matches_etag(*known, body.etag)) {
      answer.status = 304;
      answer.content_type.clear();
      return answer;
    }
  }
  byte_range part{0, body.size};
  // RFC 9110, 14.2: only GET has ranges.
  const auto asked = request.method == verb::get ? request.header("range") : std::nullopt;
  const auto condition = request.header("if-range");
  if (asked && (!condition || (!body.etag.empty() && *condition == '"' + body.etag + '"'))) {
    const auto range = parse_range(*asked, body.size);
    if (!range) {
      auto refusal = error_reply(request, range.error());
      refusal.headers.emplace_back("Content-Range", "bytes */" + std::to_string(body.size));
      return refusal;
    }
    if (*range) {
      part = **range;
      answer.status = 206;
      answer.headers.emplace_back("Content-Range", content_range(part, body.size));
    }
  }
  if (auto* const text = std::get_if<std::string>(&body.bytes))
    answer.body = part.length == text->size() ? std::move(*text) : text->substr(part.first, part.length);
  else if (auto* const shared = std::get_if<shared_bytes>(&body.bytes))
    answer.body = shared_bytes{std::move(shared->owner), shared->bytes.subspan(part.first, part.length)};
  else
    answer.body = file_range{std::get<std::filesystem::path>(body.bytes), part.first, part.length};
  return answer;
}

std::string disposition(std::string_view filename) {
  std::string safe;
  for (const char c : filename)
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
      safe += c;
  return "filename=\"" + safe + "\"";
}

} // namespace troupe::http
