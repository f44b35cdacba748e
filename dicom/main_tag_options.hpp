/// \file
/// Main DICOM tags that the configuration adds (`ExtraMainDicomTags`).
#pragma once

#include <troupe/error.hpp>

#include "core/main_dicom_tags.hpp"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace troupe::dicom {

/// Reads `{"Study": ["StudyComments", "0032,4000"]}`; the levels are those of the REST API. Sequences are left out:
/// they are read from files whenever they are asked for. Errors name the option: `bad_file_format` for another shape,
/// `parameter_out_of_range` for a level or a kind of tag that cannot be kept, `unknown_dicom_tag`.
result<std::vector<extra_main_dicom_tag>> parse_extra_main_tags(const nlohmann::json& by_level);

} // namespace troupe::dicom
