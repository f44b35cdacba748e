/// \file
/// Patients, studies, series and instances as JSON, and the parameters of requests for them.
#pragma once

#include "core/item_names.hpp"
#include "http/call.hpp"
#include "http/response_content.hpp"
#include "persistence/index_store.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace troupe::http {

class exchange;

/// How the main tags are shown: by keyword, by number, or by number with name and type.
enum class tag_style : std::uint8_t { by_keyword, by_number, full };

/// `?full` and `?short`; by keyword without them and with `?simplify`, which wins.
tag_style main_tag_style(const request_head& request);

/// What the JSON of a resource depends on besides its records.
struct resource_view {
  tag_style style = tag_style::by_keyword;
  response_content content = whole_resource();
  const item_names* metadata_names = nullptr; ///< null: metadata of users are shown by their numbers
  std::vector<dicom_tag> requested_tags;      ///< beside the main tags
};

/// As the query says: the style of the main tags, `response-content`, `requested-tags`. Errors:
/// `parameter_out_of_range`, `unknown_dicom_tag`.
result<resource_view> view_asked(const exchange& with);
/// Whether the query wants whole resources in a list, and not their names: `expand`, `response-content`.
bool wants_expansion(const request_head& request, bool by_default);

/// `GET /{level}/{id}` without `RequestedTags`, which `resource_shower` adds. Throws `failure` (`corrupted_file`) where
/// the records of its family are not all there.
nlohmann::json resource_json(const persistence::read_transaction& from, const persistence::resource& of,
                             const resource_view& how);

/// `GET /{level}/{id}/attachments/{name}/info`
nlohmann::json attachment_json(attachment_type type, const persistence::stored_blob& blob);

/// `{"ID", "Path", "Type"}`
nlohmann::json resource_link(resource_level level, const orthanc_id& id);

/// A part of a list.
struct page {
  std::uint64_t since = 0;
  std::uint64_t limit = 0; ///< 0: no limit
};

/// `since` and `limit`, which come together or not at all. Errors: `bad_request`, `bad_parameter_type`.
result<page> page_of(const request_head& request);

/// The error for an unknown resource: 404.
error no_resource();

} // namespace troupe::http
