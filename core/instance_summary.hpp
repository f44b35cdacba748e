/// \file
/// What the index keeps of an instance: the result of the scan, the input of the index.
#pragma once

#include "core/orthanc_id.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// Group in the upper, element in the lower 16 bits.
using dicom_tag = std::uint32_t;

/// A main DICOM tag with its value: UTF-8, trailing blanks stripped, several values joined by backslashes.
struct tag_value {
  dicom_tag tag = 0;
  std::string value;
  friend bool operator==(const tag_value&, const tag_value&) = default;
};

/// Main tags of one level (core/main_dicom_tags.hpp), ordered by tag; absent tags are absent.
using tag_values = std::vector<tag_value>;

/// An instance as the index needs it.
struct instance_summary {
  /// Names by level: patient, study, series, instance.
  std::array<orthanc_id, 4> ids;
  /// Main tags by level.
  std::array<tag_values, 4> tags;
  std::string transfer_syntax;                    ///< UID; `1.2.840.10008.1.2` where the file has no meta information
  std::string sop_class;                          ///< UID; may be empty
  std::optional<std::uint64_t> pixel_data_offset; ///< byte offset of the PixelData element's tag in the file
  std::string pixel_data_vr;                      ///< `OB` or `OW`; empty without pixel data
  std::optional<std::uint32_t> index_in_series;   ///< InstanceNumber or ImageIndex, where it is a number

  const orthanc_id& id(resource_level level) const { return ids[static_cast<std::size_t>(level)]; }
};

} // namespace troupe
