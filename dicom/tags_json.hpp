/// \file
/// A DICOM file as JSON, for those who look into it; replies are written by dicom/tags_text.hpp.
#pragma once

#include <troupe/error.hpp>

#include "dicom/tag_text.hpp"
#include "dicom/tags_text.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <span>

namespace troupe::dicom {

/// What `read_tags` reads, as a JSON object.
result<nlohmann::json> tags_json(std::span<const std::byte> file, const tags_options& options);

} // namespace troupe::dicom
