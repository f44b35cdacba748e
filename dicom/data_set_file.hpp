/// \file
/// DICOM files into DCMTK's objects and back, in the transfer syntax that they have.
#pragma once

#include <troupe/error.hpp>

#include "dicom/part10_file.hpp"

#include <memory>
#include <string>
#include <string_view>

class DcmDataset;

namespace troupe::dicom {

/// Reads the data set of a file that was scanned, so that its nesting is bounded: DCMTK recurses. `bad_file_format` if
/// DCMTK does not understand it.
result<std::unique_ptr<DcmDataset>> read_data_set(const part10_file& file);

/// Appends a data set that was read from `file` in the same transfer syntax, its pixel data untouched.
/// `bad_file_format` if DCMTK cannot.
result<void> append_data_set(std::string& out, DcmDataset& content, const part10_file& file);

/// Appends a data set in that transfer syntax, which DCMTK knows: pixel data that is there in it, or that needs no
/// codec.
result<void> append_data_set_as(std::string& out, DcmDataset& content, std::string_view transfer_syntax);

} // namespace troupe::dicom
