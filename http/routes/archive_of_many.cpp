#include "core/orthanc_id.hpp"
#include "http/job_submission.hpp"
#include "http/routes/families.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace troupe::http {

namespace {

using nlohmann::json;

constexpr const char* media_type = "application/zip";

/// The name of the download where the client wishes none.
constexpr const char* usual_filename = "Archive.zip";

result<json> checked_resources(const json& list) {
  if (!list.is_array())
    return error{error_code::bad_file_format, "The field Resources must be an array of identifiers"};
  for (const auto& id : list) {
    if (!id.is_string())
      return error{error_code::bad_file_format, "The field Resources must be an array of identifiers"};
    if (!orthanc_id::parse(id.get_ref<const std::string&>()))
      return error{error_code::unknown_resource, "There is no resource with such an identifier"};
  }
  return {boost::system::in_place_value, list};
}

result<json> resources_of(const json& body) {
  if (body.is_array())
    return checked_resources(body);
  const auto found = body.find("Resources");
  if (found == body.end())
    return error{error_code::bad_file_format, "The field Resources is missing"};
  return checked_resources(*found);
}

void respond_with_archive(const exchange& with, const json& resources, const job_request& fields,
                          const std::string& filename) {
  const json arguments{{"Resources", resources}, {"Filename", filename}};
  respond_with_output(with, {.type = "Archive", .arguments = arguments.dump()}, fields, media_type, filename);
}

void post_archive(exchange& with) {
  const auto body = parse_json(with.body().text());
  if (!body) {
    with.respond_error(body.error());
    return;
  }
  const auto options = body->is_array() ? json::object() : *body;
  const auto fields = read_job_request(options);
  const auto resources = resources_of(*body);
  const auto filename = text_field(options, "Filename", usual_filename);
  if (!fields)
    with.respond_error(fields.error());
  else if (!resources)
    with.respond_error(resources.error());
  else if (!filename)
    with.respond_error(filename.error());
  else if (options.contains("Transcode"))
    with.respond_error({error_code::not_implemented, "Archives cannot be transcoded yet"});
  else
    respond_with_archive(with, *resources, *fields, *filename);
}

json split_at_commas(std::string_view list) {
  json parts = json::array();
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    parts.push_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return parts;
}

void get_archive(exchange& with) {
  const auto list = with.head().parameter("resources");
  if (!list) {
    with.respond_error({error_code::bad_request, "The parameter 'resources' is missing"});
    return;
  }
  const auto resources = checked_resources(split_at_commas(*list));
  if (!resources)
    with.respond_error(resources.error());
  else if (with.head().parameter("transcode"))
    with.respond_error({error_code::not_implemented, "Archives cannot be transcoded yet"});
  else
    respond_with_archive(with, *resources, {}, std::string(with.head().parameter("filename").value_or(usual_filename)));
}

constexpr std::array parameters{parameter_doc{"resources", "The identifiers of any level, with commas"},
                                parameter_doc{"filename", "Name offered for the download"}};

constexpr std::string_view request_schema = R"({"oneOf": [{"type": "array", "items": {"type": "string"}},
  {"allOf": [{"$ref": "#/components/schemas/job_request"}, {"type": "object", "required": ["Resources"], "properties": {
  "Resources": {"type": "array", "items": {"type": "string"}}, "Filename": {"type": "string"}}}]}]})";

} // namespace

std::span<const route> archive_of_many_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{get,  "/tools/create-archive", view,    "A ZIP of the instances below several resources, sent while it is made.", get_archive, body_kind::none, parameters},
    route{post, "/tools/create-archive", operate, "The same as a job: synchronous (the ZIP is the reply) or asynchronous.", post_archive, body_kind::json, {}, request_schema},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
