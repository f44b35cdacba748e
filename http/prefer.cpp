#include "http/prefer.hpp"

#include <algorithm>
#include <charconv>

namespace troupe::http {

namespace {

constexpr std::chrono::seconds longest_wait = std::chrono::hours(24);

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Cuts the next part off; separators inside quotes do not count.
std::string_view cut(std::string_view& list, char separator) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < list.size() && (quoted || list[end] != separator); ++end) {
    if (list[end] == '"')
      quoted = !quoted;
    else if (quoted && list[end] == '\\')
      ++end;
  }
  end = std::min(end, list.size());
  const auto part = list.substr(0, end);
  list.remove_prefix(std::min(end + 1, list.size()));
  return trimmed(part);
}

bool same_name(std::string_view text, std::string_view lower) {
  return std::ranges::equal(
    text, lower, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a | 0x20) : a) == b; });
}

std::optional<std::chrono::seconds> seconds(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    text = text.substr(1, text.size() - 2);
  if (text.empty() || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  std::int64_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{})
    return longest_wait;
  return std::min(std::chrono::seconds(value), longest_wait);
}

void take(std::string_view preference, preferences& into) {
  auto whole = cut(preference, ';'); // parameters behind it are not ours
  const auto name = cut(whole, '=');
  if (same_name(name, "respond-async"))
    into.respond_async = true;
  else if (same_name(name, "wait") && !into.wait)
    into.wait = seconds(trimmed(whole));
}

} // namespace

std::string preferences::text() const {
  std::string all = respond_async ? "respond-async" : "";
  if (wait)
    all += (all.empty() ? "wait=" : ", wait=") + std::to_string(wait->count());
  return all;
}

preferences read_preferences(const request_head& request) {
  preferences found;
  for (const auto& [name, value] : request.headers)
    if (name == "prefer")
      for (std::string_view left = value; !left.empty();)
        take(cut(left, ','), found);
  return found;
}

} // namespace troupe::http
