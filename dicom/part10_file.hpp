/// \file
/// The frame of a DICOM file (PS3.10): preamble, meta information, and where and how the data set is written.
#pragma once

#include <troupe/error.hpp>

#include "dicom/element_reader.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace troupe::dicom {

/// A file whose data set can be read.
struct part10_file {
  std::span<const std::byte> bytes; ///< what the data set is read from: the file, or `inflated`
  std::size_t start = 0;            ///< where it begins in `bytes`
  data_encoding encoding;
  std::string transfer_syntax;     ///< UID of the meta information, or of what the data set looks like
  std::vector<std::byte> inflated; ///< of deflated syntaxes
  std::size_t meta_begin = 0;      ///< of the meta information in the file
  std::size_t meta_end = 0;

  /// Offsets in `bytes` are those in the file.
  bool in_file() const noexcept { return inflated.empty(); }
};

/// Reads the frame. `file` must outlive the result. Errors as of `scan`.
result<part10_file> open_part10(std::span<const std::byte> file, const scan_limits& limits);

} // namespace troupe::dicom
