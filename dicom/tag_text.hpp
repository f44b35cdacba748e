/// \file
/// Tags as text and back.
#pragma once

#include "core/instance_summary.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace troupe::dicom {

/// Appends `gggg,eeee` in lower case with that separator.
void append_tag(std::string& out, dicom_tag tag, char separator);

/// A tag given as keyword (`PatientName`), `gggg,eeee`, `gggg-eeee` or `ggggeeee`; nothing if unknown.
std::optional<dicom_tag> parse_tag(std::string_view text);

} // namespace troupe::dicom
