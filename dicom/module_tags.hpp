/// \file
/// Which tags describe a patient, a study, a series, an instance: the modules of PS3.3.
#pragma once

#include "core/instance_summary.hpp"

#include <span>

namespace troupe::dicom {

/// Tags of the Patient (C.7.1.1), General Study (C.7.2.1), General Series (C.7.3.1) or SOP Common (C.12.1) module, as
/// Orthanc has them, ordered.
std::span<const dicom_tag> module_tags(resource_level level) noexcept;

} // namespace troupe::dicom
