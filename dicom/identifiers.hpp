/// \file
/// Orthanc identifiers: SHA-1 over the DICOM identifiers as the index keeps them (UTF-8, trailing blanks stripped),
/// joined by `|`.
#pragma once

#include "core/orthanc_id.hpp"

#include <array>
#include <string_view>

namespace troupe::dicom {

/// Ids by level (patient, study, series, instance). Deeper levels are only meaningful if their UIDs are given.
std::array<orthanc_id, 4> orthanc_ids(std::string_view patient_id, std::string_view study_uid,
                                      std::string_view series_uid, std::string_view sop_uid);

} // namespace troupe::dicom
