/// \file
/// Latin letters without their marks, for names that must be ASCII.
#pragma once

#include <string>
#include <string_view>

namespace troupe::dicom {

/// The text in ASCII: Latin letters with marks lose them (`É` to `E`, `ß` to `ss`), combining marks vanish, every other
/// character that is not ASCII becomes a blank.
std::string ascii_folded(std::string_view utf8);

} // namespace troupe::dicom
