/// \file
/// The members of a ZIP, one after the other, piece by piece. Reads stored and deflated members, Zip64 too.
#pragma once

#include "dicom/unpacking.hpp"

#include <memory>

namespace troupe::dicom {

/// True if the bytes begin as a ZIP does, and not as a DICOM file with such a preamble.
bool looks_like_zip(std::span<const std::byte> bytes) noexcept;

class zip_reader {
public:
  /// `archive` must stay. `spent` is told of what was read, since the members mostly lie one behind the other.
  zip_reader(std::span<const std::byte> archive, const unpacking_limits& limits, spent_bytes spent = {});
  ~zip_reader();
  zip_reader(const zip_reader&) = delete;
  zip_reader& operator=(const zip_reader&) = delete;

  /// Goes to the next member that is a file with content; false behind the last one. Errors, all `bad_file_format`: not
  /// a whole ZIP, no or too many members (413), one that is encrypted or compressed in another way.
  result<bool> next();

  /// Unpacks the member. Errors, `bad_file_format`: damaged, or beyond the limits (413).
  result<void> read(const byte_sink& into);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::dicom
