#include "http/wire/head_check.hpp"

#include "http/wire/settings.hpp"
#include "http/wire/target.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace troupe::http {
namespace {

namespace beast = boost::beast;
using fields = beast::http::request_header<>;
using beast::http::field;

error bad(std::string why) {
  return {error_code::bad_request, std::move(why)};
}

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool alphanumeric(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/// `name`, `name:port`, `[::1]:port`.
bool sane_host(std::string_view host) {
  if (host.size() > 255)
    return false;
  std::string_view name = host;
  const auto bracket = host.rfind(']');
  if (const auto colon = host.rfind(':'); colon != host.npos && (bracket == host.npos || colon > bracket)) {
    const auto port = host.substr(colon + 1);
    if (!all_digits(port) || port.size() > 5)
      return false;
    name = host.substr(0, colon);
  }
  if (name.starts_with('[')) {
    const auto inner = name.substr(1, name.size() - 1);
    return inner.size() > 1 && inner.ends_with(']')
           && std::ranges::all_of(inner.substr(0, inner.size() - 1),
                                  [](char c) { return alphanumeric(c) || c == ':' || c == '.'; });
  }
  return !name.empty()
         && std::ranges::all_of(name, [](char c) { return alphanumeric(c) || c == '.' || c == '-' || c == '_'; });
}

std::optional<verb> known_verb(const fields& from) {
  switch (from.method()) {
  case beast::http::verb::get:
    return verb::get;
  case beast::http::verb::head:
    return verb::head;
  case beast::http::verb::post:
    return verb::post;
  case beast::http::verb::put:
    return verb::put;
  case beast::http::verb::delete_:
    return verb::del;
  case beast::http::verb::options:
    return verb::options;
  case beast::http::verb::patch:
    return verb::patch;
  default:
    return {};
  }
}

/// Version 1.0, which health checks still speak, knows no Host (RFC 9112 3.2).
result<void> check_host(const fields& from) {
  if (from.version() == 10 && from.count(field::host) == 0)
    return {};
  if (from.count(field::host) != 1)
    return bad("There must be exactly one Host header");
  if (!sane_host(view(from[field::host])))
    return bad("The Host header is malformed");
  return {};
}

/// Two servers that read the framing in two ways are how requests are smuggled: every doubt is refused.
result<void> check_framing(const fields& from, checked_head& into) {
  const auto lengths = from.count(field::content_length);
  const auto codings = from.count(field::transfer_encoding);
  if (lengths + codings > 1)
    return bad("The length of the body is said more than once");
  if (codings == 1) {
    if (!into.http_1_1 || !beast::iequals(from[field::transfer_encoding], "chunked"))
      return bad("Transfer-Encoding may only be 'chunked', in HTTP/1.1");
    into.body = framing::chunked;
  }
  if (lengths == 1) {
    const auto text = view(from[field::content_length]);
    const auto read = std::from_chars(text.data(), text.data() + text.size(), into.content_length);
    if (!all_digits(text) || read.ec != std::errc())
      return bad("Content-Length must be a number");
    into.body = into.content_length == 0 ? framing::none : framing::length;
  }
  return {};
}

result<void> check_expectation(const fields& from, checked_head& into) {
  if (from.count(field::expect) == 0)
    return {};
  if (from.count(field::expect) != 1 || !beast::iequals(from[field::expect], "100-continue"))
    return bad("The only expectation that can be met is '100-continue'").with_status(417);
  into.expects_continue = into.http_1_1 && into.body != framing::none;
  return {};
}

result<void> check_target(const fields& from, request_head& into) {
  const auto target = view(from.target());
  if (target.size() > max_target_bytes)
    return error{error_code::uri_syntax, "The target is too long"}.with_status(414);
  auto parts = split_target(target);
  if (parts.has_error())
    return parts.error();
  into.target = target;
  into.path = std::move(parts->path);
  into.query = std::move(parts->query);
  return {};
}

result<void> copy_headers(const fields& from, request_head& into) {
  for (const auto& each : from) {
    std::string name(view(each.name_string()));
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    const bool framing_or_route = each.name() == field::connection || each.name() == field::upgrade
                                  || each.name() == field::te || each.name() == field::trailer;
    if (framing_or_route && !is_ascii(view(each.value())))
      return bad("The header '" + name + "' is malformed");
    into.headers.emplace_back(std::move(name), view(each.value()));
  }
  return {};
}

/// For clients that can send GET and POST only. What names no method changes nothing here: the router refuses it.
void override_method(request_head& of) {
  const auto asked = of.header("x-http-method-override");
  if (!asked)
    return;
  for (const auto each : {verb::get, verb::post, verb::put, verb::del})
    if (std::ranges::equal(*asked, to_text(each), {},
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c; }))
      of.method = each;
}

/// `GET / HTTP/2.0`: well-formed but for the version.
bool names_http(std::string_view raw) {
  const auto line = raw.substr(0, raw.find('\r'));
  return std::ranges::count(line, ' ') == 2 && line.substr(line.rfind(' ') + 1).starts_with("HTTP/");
}

} // namespace

result<checked_head> check_head(std::string_view raw) {
  beast::http::request_parser<beast::http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(max_head_bytes) + 1);
  parser.body_limit(boost::none);
  beast::error_code failed;
  const auto used = parser.put(boost::asio::buffer(raw.data(), raw.size()), failed);
  if (failed == beast::http::error::bad_version && names_http(raw))
    return bad("This version of HTTP is not spoken here").with_status(505);
  if (failed || !parser.is_header_done() || used != raw.size())
    return bad("The head of the request is malformed");

  const fields& from = parser.get();
  checked_head checked;
  checked.http_1_1 = from.version() == 11;
  checked.keep_alive = parser.get().keep_alive();
  const auto method = known_verb(from);
  if (!method)
    return error{error_code::not_implemented, "The method is not offered"}.with_status(501);
  checked.head.method = *method;
  result<void> verdict = check_host(from);
  if (verdict.has_value())
    verdict = check_framing(from, checked);
  if (verdict.has_value())
    verdict = check_target(from, checked.head);
  if (verdict.has_value())
    verdict = check_expectation(from, checked);
  if (verdict.has_value())
    verdict = copy_headers(from, checked.head);
  if (verdict.has_error())
    return verdict.error();
  override_method(checked.head);
  return checked;
}

} // namespace troupe::http
