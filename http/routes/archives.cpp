#include "core/output_stream.hpp"
#include "http/byte_range.hpp"
#include "http/exchange.hpp"
#include "http/job_request.hpp"
#include "http/routes/families.hpp"
#include "persistence/index_store.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <memory>
#include <utility>

namespace troupe::http {

namespace {

using nlohmann::json;

/// What a streamed archive may be ahead of its client.
constexpr std::size_t stream_bytes = 1U << 20;

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

// The archive is a job like any other; its bytes go to the client as they are made, and nothing waits on a thread.
void stream_archive(const exchange& with, submit_job what, const std::string& filename) {
  reply answer{.content_type = "application/zip", .headers = {{"Content-Disposition", disposition(filename)}}};
  if (with.head().method == verb::head) {
    with.respond(std::move(answer));
    return;
  }
  const auto bytes = std::make_shared<output_stream>(stream_bytes);
  what.stream = bytes;
  answer.body = streamed_body{bytes, [with](const error& why) { return error_reply(with.head(), why); }};
  with.respond(std::move(answer));
  with.server().submit(std::move(what), [bytes](const result<job_id>& accepted) {
    if (!accepted)
      bytes->finish(accepted.error());
  });
}

void submit_archive(const exchange& with, submit_job what) {
  with.server().submit(std::move(what), [with](const result<job_id>& id) {
    if (id)
      with.respond_json({{"ID", id->text}, {"Path", "/jobs/" + id->text}});
    else
      with.respond_error(id.error());
  });
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
  stream_archive(with, {.type = "Archive", .arguments = arguments_of(*resource, filename)}, filename);
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
  submit_job what{.type = "Archive",
                  .arguments = arguments_of(*resource, *filename),
                  .priority = fields->priority,
                  .user_data = fields->user_data};
  if (fields->synchronous)
    stream_archive(with, std::move(what), *filename);
  else
    submit_archive(with, std::move(what));
}

constexpr std::array parameters{parameter_doc{"filename", "Name offered for the download"}};

constexpr std::string_view request_schema = R"({"type": "object", "properties": {
  "Synchronous": {"type": "boolean", "default": true}, "Asynchronous": {"type": "boolean", "default": false},
  "Priority": {"type": "integer", "default": 0}, "UserData": {}, "Filename": {"type": "string"}}})";

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
