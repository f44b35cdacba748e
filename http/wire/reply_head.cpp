#include "http/wire/reply_head.hpp"

#include "http/wire/reason_phrase.hpp"

#include <algorithm>
#include <array>

namespace troupe::http {
namespace {

bool is_token(std::string_view name) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::ranges::all_of(name, [&](char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || marks.find(c) != marks.npos;
  });
}

bool belongs_to_framing(std::string_view name) {
  constexpr auto names =
    std::to_array<std::string_view>({"connection", "content-length", "transfer-encoding", "trailer"});
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return std::ranges::find(names, lower) != names.end();
}

void append(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ");
  std::ranges::copy_if(value, std::back_inserter(head), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7f;
  });
  head += "\r\n";
}

} // namespace

std::string reply_head(const reply& of, const reply_framing& how) {
  std::string head = "HTTP/1.1 " + std::to_string(of.status) + ' ';
  head.append(reason_phrase(of.status)).append("\r\n");
  append(head, "Server", "Troupe");
  append(head, "X-Content-Type-Options", "nosniff");
  if (!of.content_type.empty())
    append(head, "Content-Type", of.content_type);
  for (const auto& [name, value] : of.headers)
    if (is_token(name) && !belongs_to_framing(name))
      append(head, name, value);
  if (how.chunked)
    append(head, "Transfer-Encoding", "chunked");
  else if (how.length && of.status != 204 && of.status != 304)
    append(head, "Content-Length", std::to_string(*how.length));
  append(head, "Connection", how.keep_alive ? "keep-alive" : "close");
  return head + "\r\n";
}

} // namespace troupe::http
