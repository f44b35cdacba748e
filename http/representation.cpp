#include "http/representation.hpp"

#include "core/gzip.hpp"
#include "core/xml_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace troupe::http {
namespace {

/// Compressing less saves nothing.
constexpr std::size_t small_bytes = 1024;

bool is_json(std::string_view type) {
  return type.starts_with("application/json");
}

bool is_compressible(std::string_view type) {
  return is_json(type) || type.starts_with("text/plain") || type.starts_with("text/html")
         || type.starts_with("application/javascript");
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// One of the things a header lists with its weight, in thousandths (RFC 9110, 12.4.2).
struct preference {
  std::string_view what;
  int weight = 1000;
};

/// The weight of `a;q=0.5;x=y`; what cannot be read counts as 1.
int weight_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const auto one = trimmed(parameters.substr(0, parameters.find(';')));
    parameters.remove_prefix(std::min(
      parameters.size(), parameters.find(';') == parameters.npos ? parameters.size() : parameters.find(';') + 1));
    if (!one.starts_with("q=") && !one.starts_with("Q="))
      continue;
    double value = 1;
    const auto digits = one.substr(2);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
    return read.ec == std::errc() && value >= 0 && value <= 1 ? static_cast<int>(value * 1000) : 1000;
  }
  return 1000;
}

/// Calls `take` with each element of a list.
template <class Take>
void for_each_preference(std::string_view header, Take take) {
  while (!header.empty()) {
    const auto end = std::min(header.find(','), header.size());
    const auto one = header.substr(0, end);
    const auto semicolon = std::min(one.find(';'), one.size());
    take(preference{trimmed(one.substr(0, semicolon)), weight_of(one.substr(std::min(semicolon + 1, one.size())))});
    header.remove_prefix(std::min(end + 1, header.size()));
  }
}

bool has_header(const reply& of, std::string_view name) {
  return std::ranges::find(of.headers, name, &std::pair<std::string, std::string>::first) != of.headers.end();
}

} // namespace

bool prefers_xml(std::string_view accept) {
  if (accept.find("xml") == accept.npos)
    return false;
  int xml = 0;
  int best_before = 0; // of what is named before XML, which wins where the weights are equal
  int best = 0;
  for_each_preference(accept, [&](const preference& each) {
    if (each.what == "application/xml" && xml == 0) {
      xml = each.weight;
      best_before = best;
    }
    best = std::max(best, each.weight);
  });
  return xml > 0 && xml >= best && xml > best_before;
}

content_coding preferred_coding(std::string_view accept_encoding) {
  int gzip = -1;
  int deflate = -1;
  int any = 0;
  for_each_preference(accept_encoding, [&](const preference& each) {
    if (each.what == "gzip" || each.what == "x-gzip")
      gzip = each.weight;
    else if (each.what == "deflate")
      deflate = each.weight;
    else if (each.what == "*")
      any = each.weight;
  });
  gzip = gzip < 0 ? any : gzip;
  deflate = deflate < 0 ? any : deflate;
  if (gzip <= 0 && deflate <= 0)
    return content_coding::identity;
  return gzip >= deflate ? content_coding::gzip : content_coding::deflate;
}

representation wanted(const request_head& request, const reply& of, bool compressing) {
  representation how;
  const auto* const text = std::get_if<std::string>(&of.body);
  if (of.status != 200 || text == nullptr)
    return how;
  how.as_xml = is_json(of.content_type) && prefers_xml(request.header("accept").value_or(""));
  if (compressing && text->size() >= small_bytes && is_compressible(of.content_type) && !has_header(of, "ETag"))
    how.coding = preferred_coding(request.header("accept-encoding").value_or(""));
  return how;
}

reply represented(reply plain, representation how) {
  auto& text = std::get<std::string>(plain.body);
  if (how.as_xml) {
    text = xml_text(nlohmann::json::parse(text));
    plain.content_type = "application/xml; charset=utf-8";
    plain.headers.emplace_back("Vary", "Accept");
  }
  if (how.coding != content_coding::identity) {
    const bool gzip = how.coding == content_coding::gzip;
    text = gzip ? gzip_text(text) : zlib_text(text);
    plain.headers.emplace_back("Content-Encoding", gzip ? "gzip" : "deflate");
    plain.headers.emplace_back("Vary", "Accept-Encoding");
  }
  return plain;
}

} // namespace troupe::http
