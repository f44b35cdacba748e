/// \file
/// Writes what stands before the data set of a DICOM file (PS3.10 7.1).
#pragma once

#include <string>
#include <string_view>

namespace troupe::dicom {

/// Preamble and meta information that name this program as the writer. A UID that is empty is left out.
std::string part10_header(std::string_view sop_class, std::string_view sop_instance, std::string_view transfer_syntax);

} // namespace troupe::dicom
