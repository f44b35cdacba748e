/// \file
/// A DICOM file as JSON, in the three formats of the REST API.
#pragma once

#include <troupe/error.hpp>

#include "core/instance_summary.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace troupe::dicom {

/// `full`: `"0010,0010": {"Name", "Type", "Value"}`; `brief` (`?short`): `"0010,0010": value`; `simplified`
/// (`?simplify`): `"PatientName": value`.
enum class tag_format : std::uint8_t { full, brief, simplified };

struct tags_options {
  tag_format format = tag_format::full;
  std::vector<dicom_tag> ignore_length; ///< shown even if longer than 256 bytes
  bool whole = false;                   ///< also the tags after the pixel data
};

/// The data set (without meta information) as a JSON object. The file was scanned before, or is treated as hostile all
/// the same: errors as of `scan`.
result<nlohmann::json> tags_json(std::span<const std::byte> file, const tags_options& options);

/// A tag given as keyword (`PatientName`), `gggg,eeee`, `gggg-eeee` or `ggggeeee`; nothing if unknown.
std::optional<dicom_tag> parse_tag(std::string_view text);

} // namespace troupe::dicom
