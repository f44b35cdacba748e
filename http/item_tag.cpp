#include "http/item_tag.hpp"

#include "http/byte_range.hpp"

#include <charconv>
#include <optional>

namespace troupe::http {
namespace {

using persistence::item_condition;
using persistence::item_version;

/// Quotes may be missing: some clients leave them out.
std::optional<item_version> parse_tag(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    text = text.substr(1, text.size() - 2);
  item_version version;
  const auto* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, version.revision);
  if (problem != std::errc{} || rest == end || *rest != '-')
    return std::nullopt;
  version.md5.assign(rest + 1, end);
  return version;
}

error no_tag(std::string_view header) {
  return {error_code::parameter_out_of_range,
          "The header " + std::string(header) + " must be the ETag of the item: its revision, '-' and its MD5"};
}

} // namespace

std::string item_tag(const item_version& version) {
  return std::to_string(version.revision) + '-' + version.md5;
}

result<item_condition> condition_of(const request_head& request, bool needs_version) {
  const auto given = request.header("if-match").value_or("");
  if (given == "*")
    return item_condition{};
  if (given.empty())
    return item_condition{{}, needs_version};
  auto version = parse_tag(given);
  if (!version)
    return no_tag("If-Match");
  return item_condition{std::move(version), needs_version};
}

result<item_condition> removal_condition_of(const request_head& request, bool needs_version) {
  auto condition = condition_of(request, needs_version);
  if (condition && condition->needs_version && !condition->version)
    return error{error_code::revision, "The header If-Match is missing"};
  return condition;
}

result<bool> client_has(const request_head& request, const item_version& version) {
  const auto given = request.header("if-none-match").value_or("");
  if (given.empty())
    return false;
  const auto tag = item_tag(version);
  if (const auto one = parse_tag(given))
    return item_tag(*one) == tag;
  if (given != "*" && given.find(',') == std::string_view::npos)
    return no_tag("If-None-Match");
  return matches_etag(given, tag);
}

} // namespace troupe::http
