/// \file
/// Tags as text and back.
#pragma once

#include "core/instance_summary.hpp"
#include "dicom/value_representation.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace troupe::dicom {

/// Appends `gggg,eeee` in lower case with that separator.
void append_tag(std::string& out, dicom_tag tag, char separator);

/// Appends `GGGGEEEE` in upper case.
void append_upper_tag(std::string& out, dicom_tag tag);

/// Appends the two letters of a type; `UN` for what is no type of the standard.
void append_type(std::string& out, vr type);

/// A tag given as keyword (`PatientName`), `gggg,eeee`, `gggg-eeee` or `ggggeeee`; nothing if unknown.
std::optional<dicom_tag> parse_tag(std::string_view text);

} // namespace troupe::dicom
