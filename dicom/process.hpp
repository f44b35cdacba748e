/// \file
/// What DCMTK sets for a whole process, in one documented call.
#pragma once

#include <troupe/error.hpp>

namespace troupe::dicom {

/// Prepares this process for DICOM: sets `TCP_NODELAY=1` in the environment (DCMTK leaves Nagle on otherwise), silences
/// DCMTK's own logger below warnings and checks that the data dictionary is loaded. Call once, first thing, before any
/// thread is started. Throws `failure` with `inexistent_file` where Debian's dictionary (package libdcmtk17) is not
/// found.
void prepare_process();

} // namespace troupe::dicom
