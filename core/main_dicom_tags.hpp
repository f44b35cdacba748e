/// \file
/// The main DICOM tags: those whose values the index keeps, by level. Everything that lists them is made from this
/// table.
#pragma once

#include <troupe/error.hpp>

#include "core/instance_summary.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// One row of the table. A tag may have rows at several levels.
struct main_dicom_tag {
  resource_level level;
  dicom_tag tag;
  std::string_view keyword; ///< PS3.6; retired ones without prefix: `OtherPatientIDs`
  bool since_1_12 = false;  ///< Orthanc has it since 1.12.5 only: comparisons with older ones skip it
};

/// A tag that is kept besides those of the table.
struct extra_main_dicom_tag {
  resource_level level = resource_level::patient;
  dicom_tag tag = 0;
  std::string keyword;
};

/// Adds rows for the whole process. Before anything else of this page is used, and before any thread is started.
/// `main_dicom_tags_multiply_defined` if a tag is one already at that level.
result<void> add_main_dicom_tags(const std::vector<extra_main_dicom_tag>& extra);
/// Whether rows were added for a level.
bool has_extra_main_dicom_tags(resource_level level) noexcept;

/// All rows, ordered by level, then by tag.
std::span<const main_dicom_tag> main_dicom_tags() noexcept;

/// The rows of a level, ordered by tag.
std::span<const main_dicom_tag> main_dicom_tags(resource_level level) noexcept;

/// The row of a tag at a level; null if it is no main tag there.
const main_dicom_tag* find_main_dicom_tag(resource_level level, dicom_tag tag) noexcept;

/// The keyword of a tag that is a main tag at any level; empty for all others.
std::string_view main_dicom_tag_keyword(dicom_tag tag) noexcept;

/// Tags of a level, as `/system` and the metadata `MainDicomTagsSignature` have them: `0010,0010;0010,0020`.
enum class tag_range : bool { of_the_table, with_extra };
std::string main_dicom_tags_signature(resource_level level, tag_range which);

} // namespace troupe
