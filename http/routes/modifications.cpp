#include "http/exchange.hpp"
#include "http/job_submission.hpp"
#include "http/routes/families.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <string>

namespace troupe::http {

namespace {

using nlohmann::json;

template <resource_level Level>
void modify(exchange& with) {
  const auto body = parse_json(with.body().text());
  const auto fields = body ? read_job_request(*body) : result<job_request>(body.error());
  if (!fields) {
    with.respond_error(fields.error());
    return;
  }
  const json arguments{{"Level", to_text(Level)},
                       {"Resource", with.path_parameter("id")},
                       {"RemoteIP", with.head().remote_address},
                       {"Request", *body}};
  respond_with_job(with, {.type = "ResourceModification", .arguments = arguments.dump()}, *fields);
}

constexpr std::string_view request_schema = R"({"type": "object", "properties": {
  "Replace": {"type": "object"}, "Remove": {"type": "array", "items": {"type": "string"}},
  "Keep": {"type": "array", "items": {"type": "string"}}, "RemovePrivateTags": {"type": "boolean", "default": false},
  "PrivateCreator": {"type": "string"}, "Force": {"type": "boolean", "default": false},
  "KeepSource": {"type": "boolean", "default": true}, "Permissive": {"type": "boolean", "default": false},
  "Synchronous": {"type": "boolean", "default": true}, "Asynchronous": {"type": "boolean", "default": false},
  "Priority": {"type": "integer", "default": 0}, "UserData": {}}})";

} // namespace

std::span<const route> modification_routes() {
  using enum verb;
  using enum permission;
  using enum resource_level;
  static constexpr std::string_view text = "A job that makes changed copies of the instances below the resource.";
  // clang-format off
  static constexpr std::array rows{
    route{post, "/patients/{id}/modify", operate, text, modify<patient>, body_kind::json, {}, request_schema},
    route{post, "/studies/{id}/modify",  operate, text, modify<study>,   body_kind::json, {}, request_schema},
    route{post, "/series/{id}/modify",   operate, text, modify<series>,  body_kind::json, {}, request_schema},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
