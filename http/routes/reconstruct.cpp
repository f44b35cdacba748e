#include "core/json_text.hpp"
#include "http/level_routes.hpp"
#include "http/reconstruction.hpp"
#include "http/resource_json.hpp"
#include "http/routes/families.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace troupe::http {
namespace {

using nlohmann::json;

/// A truth value of the body, which may be empty.
result<bool> asked(const exchange& with, const char* name) {
  if (with.body().text().empty())
    return false;
  const auto body = parse_json_text(with.body().text());
  if (!body || !body->is_object())
    return error{error_code::bad_file_format, "The body must be empty or a JSON object"};
  const auto found = body->find(name);
  if (found == body->end())
    return false;
  if (!found->is_boolean())
    return error{error_code::bad_file_format, std::string("Field \"") + name + "\" should be a Boolean"};
  return found->get<bool>();
}

void reconstruct_one(exchange& with) {
  const auto only_this = asked(with, "LimitToThisLevelMainDicomTags");
  if (!only_this) {
    with.respond_error(only_this.error());
    return;
  }
  with.on_cpu([only_this = *only_this](const exchange& later) {
    const auto from = later.server().database().read();
    const auto found = resource_in_path(later, from);
    if (found)
      reconstruct(later, only_this ? rereading_of(from, *found) : rereadings_below(from, *found));
    else
      later.respond_error(no_resource());
  });
}

void reconstruct_all(exchange& with) {
  with.on_cpu([](const exchange& later) {
    const auto from = later.server().database().read();
    std::vector<rereading> all;
    persistence::for_each_resource(from, resource_level::patient, 0, [&](const persistence::resource& patient) {
      const auto some = rereadings_below(from, patient);
      all.insert(all.end(), some.begin(), some.end());
      return true;
    });
    reconstruct(later, std::move(all));
  });
}

} // namespace

std::span<const route> reconstruct_routes() {
  using enum verb;
  using enum permission;
  constexpr std::string_view schema = R"({"type": "object", "properties": {
  "LimitToThisLevelMainDicomTags": {"type": "boolean", "description": "Only the main tags of this resource, from one file"}}})";
  // clang-format off
  static constexpr std::array patterns{
    route{post, "/*/{id}/reconstruct", operate, "Reads the files of a resource again, for its main tags and what the index knows of it.", reconstruct_one, body_kind::json, {}, schema},
    route{post, "/tools/reconstruct",  operate, "Reads all files again.", reconstruct_all, body_kind::json},
  };
  // clang-format on
  static const level_routes all(patterns);
  return all.rows();
}

} // namespace troupe::http
