#include "dicom/content.hpp"
#include "dicom/tags_text.hpp"
#include "http/instance_file.hpp"
#include "http/resource_json.hpp"
#include "http/routes/families.hpp"
#include "http/tags_request.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <memory>
#include <utility>

namespace troupe::http {
namespace {

using tags_reader = result<dicom::tags_text> (*)(std::span<const std::byte>, const dicom::tags_options&);

void answer_with_tags(const exchange& with, const result<dicom::tags_options>& options, tags_reader read) {
  if (!options) {
    with.respond_error(options.error());
    return;
  }
  const auto facts = facts_in_path(with);
  if (!facts) {
    with.respond_error(no_resource());
    return;
  }
  const auto file = open_file(with, *facts);
  if (const auto tags = read(file.bytes(), *options))
    with.respond(tags_reply(*tags));
  else
    with.respond_error(unreadable(tags.error()));
}

void tags(exchange& with) {
  with.on_cpu([](const exchange& later) {
    answer_with_tags(later, tags_options_asked(later, format_asked(later)), dicom::read_tags);
  });
}

void simplified_tags(exchange& with) {
  with.on_cpu([](const exchange& later) {
    answer_with_tags(later, tags_options_asked(later, dicom::tag_format::simplified), dicom::read_tags);
  });
}

void header(exchange& with) {
  with.on_cpu([](const exchange& later) {
    answer_with_tags(later, dicom::tags_options{.format = format_asked(later)}, dicom::read_meta_tags);
  });
}

// -- the tree ---------------------------------------------------------------------------------------------------------

reply content_reply(const std::shared_ptr<const persistence::blob_content>& file, dicom::content found) {
  if (!found.leaf)
    return json_reply(found.names);
  reply raw{200, "application/octet-stream", {}, std::string()};
  if (found.copied)
    raw.body = *std::move(found.copied);
  else
    raw.body = shared_bytes{file, file->bytes().subspan(found.offset, found.length)};
  return raw;
}

void answer_with_content(const exchange& with, const std::string& path) {
  const auto facts = facts_in_path(with);
  if (!facts) {
    with.respond_error(no_resource());
    return;
  }
  const auto file = std::make_shared<const persistence::blob_content>(open_file(with, *facts));
  if (auto found = dicom::read_content(file->bytes(), path))
    with.respond(content_reply(file, *std::move(found)));
  else
    with.respond_error(unreadable(found.error()));
}

void content(exchange& with) {
  with.on_cpu([](const exchange& later) { answer_with_content(later, ""); });
}

void content_below(exchange& with) {
  with.on_cpu([](const exchange& later) { answer_with_content(later, later.path_parameter("path")); });
}

constexpr std::array tags_parameters{format_parameters[0], format_parameters[1], format_parameters[2],
                                     ignore_length_doc, whole_doc};
constexpr std::array simplified_parameters{ignore_length_doc, whole_doc};

constexpr std::string_view object_schema = R"({"type": "object"})";
constexpr std::string_view names_schema = R"({"type": "array", "items": {"type": "string"}})";

} // namespace

std::span<const route> instance_tags_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{get, "/instances/{id}/tags",              view, "The data set as JSON.", from_index<tags>, body_kind::none, tags_parameters, {}, object_schema},
    route{get, "/instances/{id}/simplified-tags",   view, "The data set as JSON, by keyword.", from_index<simplified_tags>, body_kind::none, simplified_parameters, {}, object_schema},
    route{get, "/instances/{id}/header",            view, "The meta information of the file as JSON.", from_index<header>, body_kind::none, format_parameters, {}, object_schema},
    route{get, "/instances/{id}/content",           view, "The tags of the data set: where a walk through its tree begins.", content, body_kind::none, {}, {}, names_schema},
    route{get, "/instances/{id}/content/{path...}", view, "What is below `tag/item/tag/...`: items of a sequence, tags of an item, fragments of pixel data, or the raw bytes of a value.", content_below},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
