#include <troupe/version.hpp>

#include "core/main_dicom_tags.hpp"
#include "http/api_description.hpp"
#include "http/exchange.hpp"
#include "http/routes/families.hpp"
#include "persistence/index_store.hpp"
#include "persistence/tables.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>

namespace troupe::http {
namespace {

using nlohmann::json;

/// The release of Orthanc whose routes are offered as far as they are: clients compare it.
constexpr std::string_view orthanc_version = "1.12.5";
constexpr int orthanc_api_version = 26;

json main_tags_json() {
  using enum resource_level;
  json levels = json::object();
  for (const auto level : {patient, study, series, instance})
    levels[std::string(to_text(level))] = main_dicom_tags_signature(level, tag_range::with_extra);
  return levels;
}

bool only_local(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

// Clients look here for what they may use: what the server does not have is false or absent.
json system_json(const options& with) {
  return {{"ApiVersion", orthanc_api_version},
          {"Capabilities",
           {{"HasExtendedChanges", true},
            {"HasExtendedFind", true},
            {"HasKeyValueStores", false},
            {"HasQueues", false},
            {"HasReserveQueueValue", false}}},
          {"CheckRevisions", with.check_revisions()},
          {"DatabaseBackendPlugin", nullptr},
          {"DatabaseVersion", persistence::format_version},
          {"HasLabels", true},
          {"DicomAet", with.dicom_aet()},
          {"HttpPort", with.http_port()},
          {"IngestTranscoding", ""},
          {"IsHttpServerSecure", only_local(with.http_bind_address())},
          {"MainDicomTags", main_tags_json()},
          {"MaximumPatientCount", with.maximum_patient_count()},
          {"MaximumStorageMode", with.maximum_storage_mode()},
          {"MaximumStorageSize", with.maximum_storage_size_mb()},
          {"Name", with.name()},
          {"OverwriteInstances", with.overwrite() != overwrite_mode::never},
          {"OverwriteInstancesMode", with.overwrite_instances.value()},
          {"PatientLevelEnabled", true},
          {"PluginsEnabled", false},
          {"ReadOnly", false},
          {"StorageAreaPlugin", nullptr},
          {"StorageCompression", with.storage_compression()},
          {"StoreMD5ForAttachments", with.store_md5_for_attachments()},
          {"TroupeVersion", version},
          {"UserMetadata", json::parse(with.user_metadata())},
          {"Version", orthanc_version}};
}

/// What people see who open the server in a browser, as long as there is no user interface.
std::string entry_page(std::string_view text) {
  std::string page =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Troupe</title></head><body>\n"
    "<p><a href=\"openapi.json\">openapi.json</a> <a href=\"system\">system</a> "
    "<a href=\"statistics\">statistics</a> <a href=\"studies?expand\">studies</a> "
    "<a href=\"jobs?expand\">jobs</a> <a href=\"tools/metrics-prometheus\">metrics</a></p>\n<pre>";
  for (const char c : text)
    if (c == '<' || c == '&')
      page += c == '<' ? "&lt;" : "&amp;";
    else
      page += c;
  return page + "</pre>\n</body></html>\n";
}

void system(exchange& with) {
  with.respond_json(system_json(with.server().options()));
}

void statistics(exchange& with) {
  constexpr std::uint64_t mib = 1024 * 1024;
  const auto totals = persistence::statistics(with.server().database().read());
  with.respond_json({{"CountPatients", totals.count[0]},
                     {"CountStudies", totals.count[1]},
                     {"CountSeries", totals.count[2]},
                     {"CountInstances", totals.count[3]},
                     {"TotalDiskSize", std::to_string(totals.disk_bytes)},
                     {"TotalDiskSizeMB", totals.disk_bytes / mib},
                     {"TotalUncompressedSize", std::to_string(totals.uncompressed_bytes)},
                     {"TotalUncompressedSizeMB", totals.uncompressed_bytes / mib}});
}

void entry_points(exchange& with) {
  std::string text = "Troupe " + std::string(version) + ", a DICOM server with a REST API.\n"
                     + "Described for programs at /openapi.json.\n\n";
  for (const auto& row : with.server().routes())
    text.append(to_text(row.method)).append(" ").append(row.path).append("  ").append(row.summary).append("\n");
  if (with.head().header("accept").value_or("").find("text/html") == std::string_view::npos)
    with.respond_text(std::move(text));
  else
    with.respond({200, "text/html; charset=utf-8", {{"Vary", "Accept"}}, entry_page(text)});
}

// Browsers ask for it with each page.
void no_icon(exchange& with) {
  with.respond({204, {}, {{"Cache-Control", "max-age=86400"}}, std::string()});
}

void describe_api(exchange& with) {
  with.respond_json(openapi(with.server().routes(), version));
}

constexpr std::string_view system_schema =
  R"({"type": "object", "required": ["ApiVersion", "Version", "Name"], "properties": {
  "ApiVersion": {"type": "integer"}, "Version": {"type": "string"}, "Name": {"type": "string"},
  "HasLabels": {"type": "boolean"}, "Capabilities": {"type": "object"}}})";
constexpr std::string_view statistics_schema = R"({"type": "object", "properties": {
  "CountPatients": {"type": "integer"}, "CountStudies": {"type": "integer"}, "CountSeries": {"type": "integer"},
  "CountInstances": {"type": "integer"}, "TotalDiskSize": {"type": "string"}, "TotalDiskSizeMB": {"type": "integer"},
  "TotalUncompressedSize": {"type": "string"}, "TotalUncompressedSizeMB": {"type": "integer"}}})";

} // namespace

std::span<const route> system_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{get, "/",             everyone, "What can be asked here, as a text, or as a page for browsers.", entry_points},
    route{get, "/favicon.ico",  everyone, "No icon.", no_icon},
    route{get, "/system",       view,     "What this server is and can do.", system, body_kind::none, {}, {}, system_schema},
    route{get, "/statistics",   view,     "Totals over the index.", statistics, body_kind::none, {}, {}, statistics_schema},
    route{get, "/openapi.json", everyone, "This API as OpenAPI 3.1.", describe_api, body_kind::none, {}, {}, R"({"type": "object"})"},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
