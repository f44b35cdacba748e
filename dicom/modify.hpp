/// \file
/// DICOM bytes changed as a modification says.
#pragma once

#include <troupe/error.hpp>

#include "dicom/modification.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace troupe::dicom {

/// Gives the new UID of a study, series or instance for the old one. Called with equal arguments it gives equal UIDs.
using uid_source = std::function<std::string(resource_level level, std::string_view old_uid)>;

/// The changed file: the same transfer syntax and pixel data, meta information of this program. Equal arguments make
/// equal bytes.
///
/// Texts are written in the file's character sets; where those cannot say them, the whole file becomes ISO_IR 192.
/// First private tags are removed, then what shall be removed, then elements are replaced, identifiers are renewed, and
/// paths into sequences are followed, which makes the items that are missing.
///
/// Errors: as of `scan`, and `bad_file_format` for what DCMTK does not understand; `bad_request` where the file cannot
/// take a value.
result<std::string> modify(std::span<const std::byte> file, const modification& how, const uid_source& new_uid);

} // namespace troupe::dicom
