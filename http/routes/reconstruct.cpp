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

/// What a body may ask for.
struct asked {
  bool only_this_level = false;
  files_too files = files_too::no;
};

result<bool> truth_in(const json& body, const char* name) {
  const auto found = body.find(name);
  if (found == body.end())
    return false;
  if (!found->is_boolean())
    return error{error_code::bad_file_format, std::string("Field \"") + name + "\" should be a Boolean"};
  return found->get<bool>();
}

result<asked> read_body(const exchange& with) {
  if (with.body().text().empty())
    return asked{};
  const auto body = parse_json_text(with.body().text());
  if (!body || !body->is_object())
    return error{error_code::bad_file_format, "The body must be empty or a JSON object"};
  const auto only = truth_in(*body, "LimitToThisLevelMainDicomTags");
  const auto files = truth_in(*body, "ReconstructFiles");
  if (!only || !files)
    return only ? files.error() : only.error();
  return asked{*only, *files ? files_too::yes : files_too::no};
}

void reconstruct_one(exchange& with) {
  const auto how = read_body(with);
  if (!how) {
    with.respond_error(how.error());
    return;
  }
  with.on_cpu([how = *how](const exchange& later) {
    const auto from = later.server().database().read();
    const auto found = resource_in_path(later, from);
    if (found)
      reconstruct(later, how.only_this_level ? rereading_of(from, *found) : rereadings_below(from, *found), how.files);
    else
      later.respond_error(no_resource());
  });
}

void reconstruct_all(exchange& with) {
  const auto how = read_body(with);
  if (!how) {
    with.respond_error(how.error());
    return;
  }
  with.on_cpu([files = how->files](const exchange& later) {
    const auto from = later.server().database().read();
    std::vector<rereading> all;
    persistence::for_each_resource(from, resource_level::patient, 0, [&](const persistence::resource& patient) {
      const auto some = rereadings_below(from, patient);
      all.insert(all.end(), some.begin(), some.end());
      return true;
    });
    reconstruct(later, std::move(all), files);
  });
}

} // namespace

std::span<const route> reconstruct_routes() {
  using enum verb;
  using enum permission;
  constexpr std::string_view schema = R"({"type": "object", "properties": {
  "LimitToThisLevelMainDicomTags": {"type": "boolean", "description": "Only the main tags of this resource, from one file"},
  "ReconstructFiles": {"type": "boolean", "description": "Store files anew that are not compressed as StorageCompression wants it"}}})";
  constexpr std::string_view schema_of_all =
    R"({"type": "object", "properties": {"ReconstructFiles": {"type": "boolean"}}})";
  // clang-format off
  static constexpr std::array patterns{
    route{post, "/*/{id}/reconstruct", operate, "Reads the files of a resource again, for its main tags and what the index knows of it.", reconstruct_one, body_kind::json, {}, schema},
    route{post, "/tools/reconstruct",  operate, "Reads all files again.", reconstruct_all, body_kind::json, {}, schema_of_all},
  };
  // clang-format on
  static const level_routes all(patterns);
  return all.rows();
}

} // namespace troupe::http
