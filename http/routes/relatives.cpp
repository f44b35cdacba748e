#include "http/exchange.hpp"
#include "http/json_list_text.hpp"
#include "http/requested_tags.hpp"
#include "http/resource_docs.hpp"
#include "http/resource_json.hpp"
#include "http/routes/families.hpp"
#include "persistence/index_store.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace troupe::http {
namespace {

using nlohmann::json;
using persistence::read_transaction;
using persistence::resource;

/// The resource of a level in the path.
std::optional<resource> in_path(const exchange& with, const read_transaction& from, resource_level level) {
  const auto id = orthanc_id::parse(with.path_parameter("id"));
  return id ? persistence::find_resource(from, level, *id) : std::nullopt;
}

void answer_with_members(const exchange& with, resource_level above, resource_level below) {
  const auto how = view_asked(with);
  if (!how) {
    with.respond_error(how.error());
    return;
  }
  const auto& storage = with.server().database();
  const auto from = storage.read();
  const auto found = in_path(with, from, above);
  if (!found) {
    with.respond_error(no_resource());
    return;
  }
  const bool expand = wants_expansion(with.head(), true);
  resource_shower shown(storage, from, *how);
  json_list_text all;
  persistence::for_each_below(from, *found, below, [&](const resource& each) {
    all.add(expand ? shown(each) : json(each.id.text()));
    return true;
  });
  with.respond({200, "application/json; charset=utf-8", {}, std::move(all).take()});
}

template <resource_level Above, resource_level Below>
void members(exchange& with) {
  with.on_cpu([](const exchange& later) { answer_with_members(later, Above, Below); });
}

void answer_with_ancestor(const exchange& with, resource_level below, resource_level above) {
  const auto how = view_asked(with);
  if (!how) {
    with.respond_error(how.error());
    return;
  }
  const auto& storage = with.server().database();
  const auto from = storage.read();
  const auto found = in_path(with, from, below);
  const auto ancestor = found ? persistence::find_above(from, *found, above) : std::nullopt;
  if (ancestor)
    with.respond_json(resource_shower(storage, from, *how)(*ancestor));
  else
    with.respond_error(no_resource());
}

template <resource_level Below, resource_level Above>
void ancestor(exchange& with) {
  with.on_cpu([](const exchange& later) { answer_with_ancestor(later, Below, Above); });
}

constexpr std::uint64_t mib = 1024 * 1024;

void add_size(json& to, const std::string& name, std::uint64_t bytes) {
  to[name] = std::to_string(bytes);
  to[name + "MB"] = bytes / mib;
}

json statistics_json(const persistence::resource_statistics& all, resource_level of) {
  constexpr std::array<std::string_view, 4> names{"", "CountStudies", "CountSeries", "CountInstances"};
  json shown = json::object();
  for (auto level = static_cast<std::size_t>(of) + 1; level < names.size(); ++level)
    shown[std::string(names.at(level))] = all.count.at(level);
  add_size(shown, "DicomDiskSize", all.dicom_disk_bytes);
  add_size(shown, "DicomUncompressedSize", all.dicom_uncompressed_bytes);
  add_size(shown, "DiskSize", all.disk_bytes);
  add_size(shown, "UncompressedSize", all.uncompressed_bytes);
  return shown;
}

template <resource_level Level>
void statistics(exchange& with) {
  with.on_cpu([](const exchange& later) {
    const auto from = later.server().database().read();
    if (const auto found = in_path(later, from, Level))
      later.respond_json(statistics_json(persistence::statistics_of(from, *found), Level));
    else
      later.respond_error(no_resource());
  });
}

constexpr std::array members_parameters{
  parameter_doc{"expand", "`false`: names instead of whole resources"},
  response_content_doc,
  requested_tags_doc,
  simplify_doc,
  short_doc,
  full_doc,
};
constexpr std::array ancestor_parameters{response_content_doc, requested_tags_doc, simplify_doc, short_doc, full_doc};

constexpr std::string_view statistics_schema = R"({"type": "object", "properties": {
  "CountStudies": {"type": "integer"}, "CountSeries": {"type": "integer"}, "CountInstances": {"type": "integer"},
  "DiskSize": {"type": "string"}, "DiskSizeMB": {"type": "integer"}, "UncompressedSize": {"type": "string"}, "UncompressedSizeMB": {"type": "integer"},
  "DicomDiskSize": {"type": "string"}, "DicomDiskSizeMB": {"type": "integer"}, "DicomUncompressedSize": {"type": "string"}, "DicomUncompressedSizeMB": {"type": "integer"}}})";

} // namespace

std::span<const route> relative_routes() {
  using enum verb;
  using enum permission;
  using enum resource_level;
  // clang-format off
  static constexpr std::array rows{
    route{get, "/patients/{id}/studies",    view, "The studies of a patient.",       from_index<members<patient, study>>,     body_kind::none, members_parameters, {}, list_schema},
    route{get, "/patients/{id}/series",     view, "The series of a patient.",        from_index<members<patient, series>>,    body_kind::none, members_parameters, {}, list_schema},
    route{get, "/patients/{id}/instances",  view, "The instances of a patient.",     from_index<members<patient, instance>>,  body_kind::none, members_parameters, {}, list_schema},
    route{get, "/studies/{id}/series",      view, "The series of a study.",          from_index<members<study, series>>,      body_kind::none, members_parameters, {}, list_schema},
    route{get, "/studies/{id}/instances",   view, "The instances of a study.",       from_index<members<study, instance>>,    body_kind::none, members_parameters, {}, list_schema},
    route{get, "/series/{id}/instances",    view, "The instances of a series.",      from_index<members<series, instance>>,   body_kind::none, members_parameters, {}, list_schema},
    route{get, "/studies/{id}/patient",     view, "The patient of a study.",         from_index<ancestor<study, patient>>,    body_kind::none, ancestor_parameters, {}, resource_schema},
    route{get, "/series/{id}/patient",      view, "The patient of a series.",        from_index<ancestor<series, patient>>,   body_kind::none, ancestor_parameters, {}, resource_schema},
    route{get, "/series/{id}/study",        view, "The study of a series.",          from_index<ancestor<series, study>>,     body_kind::none, ancestor_parameters, {}, resource_schema},
    route{get, "/instances/{id}/patient",   view, "The patient of an instance.",     from_index<ancestor<instance, patient>>, body_kind::none, ancestor_parameters, {}, resource_schema},
    route{get, "/instances/{id}/study",     view, "The study of an instance.",       from_index<ancestor<instance, study>>,   body_kind::none, ancestor_parameters, {}, resource_schema},
    route{get, "/instances/{id}/series",    view, "The series of an instance.",      from_index<ancestor<instance, series>>,  body_kind::none, ancestor_parameters, {}, resource_schema},
    route{get, "/patients/{id}/statistics",  view, "How much is stored of a patient.",   from_index<statistics<patient>>,  body_kind::none, {}, {}, statistics_schema},
    route{get, "/studies/{id}/statistics",   view, "How much is stored of a study.",     from_index<statistics<study>>,    body_kind::none, {}, {}, statistics_schema},
    route{get, "/series/{id}/statistics",    view, "How much is stored of a series.",    from_index<statistics<series>>,   body_kind::none, {}, {}, statistics_schema},
    route{get, "/instances/{id}/statistics", view, "How much is stored of an instance.", from_index<statistics<instance>>, body_kind::none, {}, {}, statistics_schema},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
