#include "http/router.hpp"

#include "core/log.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <exception>

namespace troupe::http {
namespace {

constexpr std::uint64_t text_body_bytes = 16 * 1024 * 1024;
constexpr std::uint64_t needless_body_bytes = 64 * 1024; ///< tolerated where none is expected
constexpr std::uint64_t mib = 1024 * 1024;
constexpr std::size_t verb_count = 7;

std::size_t index(verb method) {
  return static_cast<std::size_t>(method);
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{');
}

/// `{name...}`: all segments that are left, at least one.
bool is_rest(std::string_view segment) {
  return segment.ends_with("...}");
}

std::string_view parameter_name(std::string_view segment) {
  return segment.substr(1, segment.size() - (is_rest(segment) ? 5 : 2));
}

/// Segments as a path again, without the slash before the first.
std::string joined(std::span<const std::string> segments) {
  std::string path;
  for (const auto& segment : segments)
    path.append(path.empty() ? "" : "/").append(segment);
  return path;
}

/// `/a/{b}` without its slashes.
std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> found;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    if (end != 0)
      found.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return found;
}

std::uint64_t body_limit(body_kind kind, const options& with) {
  switch (kind) {
  case body_kind::json:
  case body_kind::text:
    return text_body_bytes;
  case body_kind::file:
    return static_cast<std::uint64_t>(with.maximum_request_body_size_mb()) * mib;
  case body_kind::none:
    break;
  }
  return needless_body_bytes;
}

/// Where there is no row, everything is said before a body is read.
reply no_row(const request_head& head, const route_match& found, bool describe_it) {
  const bool reads = head.method == verb::get || head.method == verb::head;
  if (!found.below.empty() && reads)
    return json_reply(found.below);
  if (found.allow.empty()) {
    const error unknown(error_code::unknown_resource);
    return describe_it ? error_reply(head, unknown) : reply{unknown.http_status(), {}, {}, std::string()};
  }
  if (head.method == verb::options)
    return {204, {}, {{"Allow", found.allow}}, std::string()};
  const auto why = error{error_code::bad_request, "The method is not offered here"}.with_status(405);
  reply refused = describe_it ? error_reply(head, why) : reply{405, {}, {}, std::string()};
  refused.headers.emplace_back("Allow", found.allow);
  return refused;
}

/// A request that may mean another method than it has.
std::optional<error> doubt_about_method(const request_head& head) {
  if (head.parameter("_method"))
    return error{
      error_code::bad_request,
      "The method cannot be said in the query, since no link may change anything: use X-HTTP-Method-Override"};
  const auto meant = head.header("x-http-method-override");
  const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c; };
  if (meant && !std::ranges::equal(*meant, to_text(head.method), {}, upper))
    return error{error_code::bad_request, "X-HTTP-Method-Override must be GET, POST, PUT or DELETE"};
  return {};
}

} // namespace

struct router::node {
  std::map<std::string_view, std::unique_ptr<node>> literal;
  std::unique_ptr<node> parameter;
  std::unique_ptr<node> rest; ///< a leaf
  std::array<const route*, verb_count> rows{};

  node& child(std::string_view segment) {
    auto& next = is_rest(segment) ? rest : is_parameter(segment) ? parameter : literal[segment];
    if (!next)
      next = std::make_unique<node>();
    return *next;
  }

  /// The row below this node; adds verbs of other rows of the path to `others`.
  const route* find(verb method, std::span<const std::string> path, std::array<bool, verb_count>& others) const {
    if (path.empty()) {
      for (std::size_t i = 0; i < verb_count; ++i)
        others[i] = others[i] || rows[i];
      return rows[index(method)];
    }
    if (const auto next = literal.find(path.front()); next != literal.end())
      if (const auto* row = next->second->find(method, path.subspan(1), others))
        return row;
    if (parameter)
      if (const auto* row = parameter->find(method, path.subspan(1), others))
        return row;
    return rest ? rest->find(method, {}, others) : nullptr;
  }

  /// The node of a path; null if there is none.
  const node* at(std::span<const std::string> path) const {
    if (path.empty())
      return this;
    const auto next = literal.find(path.front());
    const auto* const below = next != literal.end() ? next->second.get() : parameter.get();
    return below ? below->at(path.subspan(1)) : nullptr;
  }
};

router::router(std::span<const route> rows) : root_(std::make_unique<node>()) {
  for (const auto& row : rows) {
    node* at = root_.get();
    for (const auto segment : segments(row.path))
      at = &at->child(segment);
    auto& place = at->rows[index(row.method)];
    if (place)
      throw failure(error(error_code::internal_error, "two routes for " + std::string(row.path)));
    place = &row;
  }
}

router::~router() = default;

route_match router::find(verb method, std::span<const std::string> path) const {
  route_match found;
  std::array<bool, verb_count> others{};
  found.row = root_->find(method == verb::head ? verb::get : method, path, others);
  if (found.row) {
    const auto names = segments(found.row->path);
    for (std::size_t i = 0; i < names.size(); ++i)
      if (is_rest(names[i]))
        found.parameters.emplace(parameter_name(names[i]), joined(path.subspan(i)));
      else if (is_parameter(names[i]))
        found.parameters.emplace(parameter_name(names[i]), path[i]);
    return found;
  }
  others[index(verb::head)] = others[index(verb::get)];
  for (const auto each : {verb::get, verb::head, verb::post, verb::put, verb::del})
    if (others[index(each)])
      found.allow.append(found.allow.empty() ? "" : ", ").append(to_text(each));
  if (found.allow.empty())
    if (const auto* const inner = root_->at(path))
      for (const auto& [segment, child] : inner->literal)
        found.below.push_back(segment);
  return found;
}

admission router::admit(const request_head& head, const options& with) const {
  if (const auto doubt = doubt_about_method(head)) {
    const bool described = with.http_describe_errors();
    return {0, described ? error_reply(head, *doubt) : reply{doubt->http_status(), {}, {}, std::string()}};
  }
  const auto found = find(head.method, head.path);
  if (!found.row)
    return {0, no_row(head, found, with.http_describe_errors())};
  return {body_limit(found.row->body, with), {}};
}

void router::dispatch(call what, services& with) const {
  auto found = find(what.what->head.method, what.what->head.path);
  if (!found.row) {
    what.respond(no_row(what.what->head, found, with.options().http_describe_errors()));
    return;
  }
  exchange with_client(std::move(what), std::move(found.parameters), with);
  try {
    found.row->handle(with_client);
  } catch (const failure& failed) {
    with_client.respond_error(failed.why());
  } catch (const std::exception& failed) {
    log(log_level::error, "http", std::string("a handler failed: ") + failed.what());
    with_client.respond_error(error_code::internal_error);
  }
}

} // namespace troupe::http
