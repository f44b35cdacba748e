/// \file
/// Tags that a request wants to see of resources beside their main tags.
#pragma once

#include <troupe/error.hpp>

#include "find/tag_reader.hpp"
#include "http/resource_json.hpp"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace troupe::http {

/// `?requested-tags=` or, the old spelling, `?requestedTags=`: tags separated by semicolons. Errors:
/// `unknown_dicom_tag`, `parameter_out_of_range` for more than 256.
result<std::vector<dicom_tag>> requested_tags(const request_head& request);

/// The tags as `RequestedTags` shows them: from the index, else from the file of one instance. Those that are not there
/// are left out. `from.want_from_files` must have been told of them.
nlohmann::json requested_tags_json(find::tag_reader& from, const persistence::resource& of,
                                   const std::vector<dicom_tag>& tags, tag_style style);

} // namespace troupe::http
