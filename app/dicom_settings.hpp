/// \file
/// Options that hold for everything that this process does with DICOM files.
#pragma once

#include <troupe/error.hpp>
#include <troupe/options.hpp>

namespace troupe::app {

/// Sets the default encoding, extends the dictionary and the main DICOM tags. Before any thread is started. Errors name
/// the option.
result<void> use_dicom_settings(const options& settings);

} // namespace troupe::app
