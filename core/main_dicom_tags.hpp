/// \file
/// The main DICOM tags: those whose values the index keeps, by level. Everything that lists them is made from this
/// table.
#pragma once

#include "core/instance_summary.hpp"

#include <span>
#include <string_view>

namespace troupe {

/// One row of the table. A tag may have rows at several levels.
struct main_dicom_tag {
  resource_level level;
  dicom_tag tag;
  std::string_view keyword; ///< PS3.6; retired ones without prefix: `OtherPatientIDs`
  bool since_1_12 = false;  ///< Orthanc has it since 1.12.5 only: comparisons with older ones skip it
};

/// All rows, ordered by level, then by tag.
std::span<const main_dicom_tag> main_dicom_tags() noexcept;

/// The rows of a level, ordered by tag.
std::span<const main_dicom_tag> main_dicom_tags(resource_level level) noexcept;

/// The row of a tag at a level; null if it is no main tag there.
const main_dicom_tag* find_main_dicom_tag(resource_level level, dicom_tag tag) noexcept;

/// The keyword of a tag that is a main tag at any level; empty for all others.
std::string_view main_dicom_tag_keyword(dicom_tag tag) noexcept;

} // namespace troupe
