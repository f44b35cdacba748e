#include "http/job_submission.hpp"
#include "http/routes/families.hpp"
#include "persistence/index_store.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace troupe::http {

namespace {

using nlohmann::json;

constexpr const char* media_type = "application/zip";

template <resource_level Level>
result<orthanc_id> resource_of(const exchange& with) {
  const auto id = orthanc_id::parse(with.path_parameter("id"));
  if (!id || !persistence::find_resource(with.server().database().read(), Level, *id))
    return error{error_code::unknown_resource, "There is no such resource"};
  return *id;
}

std::string arguments_of(const orthanc_id& resource, const std::string& filename) {
  return json{{"Resources", {resource.text()}}, {"Filename", filename}}.dump();
}

template <resource_level Level>
void get_archive(exchange& with) {
  const auto resource = resource_of<Level>(with);
  if (!resource) {
    with.respond_error(resource.error());
    return;
  }
  if (with.head().parameter("transcode")) {
    with.respond_error({error_code::not_implemented, "Archives cannot be transcoded yet"});
    return;
  }
  const std::string filename(with.head().parameter("filename").value_or(resource->text() + ".zip"));
  respond_with_output(with, {.type = "Archive", .arguments = arguments_of(*resource, filename)}, {}, media_type,
                      filename);
}

template <resource_level Level>
void post_archive(exchange& with) {
  const auto body = parse_json(with.body().text());
  const auto fields = body ? read_job_request(*body) : result<job_request>(body.error());
  if (!fields) {
    with.respond_error(fields.error());
    return;
  }
  const auto resource = resource_of<Level>(with);
  if (!resource) {
    with.respond_error(resource.error());
    return;
  }
  if (body->contains("Transcode")) {
    with.respond_error({error_code::not_implemented, "Archives cannot be transcoded yet"});
    return;
  }
  const auto filename = text_field(*body, "Filename", fields->synchronous ? resource->text() + ".zip" : "archive.zip");
  if (!filename) {
    with.respond_error(filename.error());
    return;
  }
  respond_with_output(with, {.type = "Archive", .arguments = arguments_of(*resource, *filename)}, *fields, media_type,
                      *filename);
}

constexpr std::array parameters{parameter_doc{"filename", "Name offered for the download"}};

constexpr std::string_view request_schema = R"({"allOf": [{"$ref": "#/components/schemas/job_request"},
  {"type": "object", "properties": {"Filename": {"type": "string"}}}]})";

} // namespace

std::span<const route> archive_routes() {
  using enum verb;
  using enum permission;
  using enum resource_level;
  static constexpr std::string_view get_text = "A ZIP of the instances below the resource, sent while it is made.";
  static constexpr std::string_view post_text =
    "The same as a job: synchronous (the ZIP is the reply) or asynchronous.";
  // clang-format off
  static constexpr std::array rows{
    route{get,  "/patients/{id}/archive", view,    get_text,  get_archive<patient>,  body_kind::none, parameters},
    route{post, "/patients/{id}/archive", operate, post_text, post_archive<patient>, body_kind::json, {}, request_schema},
    route{get,  "/studies/{id}/archive",  view,    get_text,  get_archive<study>,    body_kind::none, parameters},
    route{post, "/studies/{id}/archive",  operate, post_text, post_archive<study>,   body_kind::json, {}, request_schema},
    route{get,  "/series/{id}/archive",   view,    get_text,  get_archive<series>,   body_kind::none, parameters},
    route{post, "/series/{id}/archive",   operate, post_text, post_archive<series>,  body_kind::json, {}, request_schema},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
