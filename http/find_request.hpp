/// \file
/// The body of `/tools/find` and `/tools/count-resources` as a question, and how its answers are to be shown.
#pragma once

#include <troupe/error.hpp>

#include "core/item_names.hpp"
#include "find/query.hpp"
#include "http/resource_json.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string_view>
#include <vector>

namespace troupe::http {

struct find_request {
  find::query what;
  bool expand = false;
  resource_view how; ///< with `expand`
};

/// Reads a body. `case_sensitive`: where the body does not say; `names` are those of metadata. Errors: `bad_request`
/// for a field that is missing or of the wrong type, `parameter_out_of_range` for a value that cannot be,
/// `unknown_dicom_tag`, `inexistent_item` for a name that no metadata has.
result<find_request> read_find_request(std::string_view body, bool case_sensitive, const item_names& names);

/// `Study`, also in other case and as a plural; nothing for what is no level.
std::optional<resource_level> level_named(std::string_view name);

/// `Full`, `Short`, `Simplify` of a body.
result<tag_style> tag_style_in(const nlohmann::json& body);

} // namespace troupe::http
