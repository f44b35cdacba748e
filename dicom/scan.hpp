/// \file
/// The ingest path: reads a DICOM file (PS3.10) once, without recursion and without DCMTK, refuses what is hostile and
/// makes the index record.
#pragma once

#include <troupe/error.hpp>

#include "core/instance_summary.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace troupe::dicom {

/// Bounds of what is accepted.
struct scan_limits {
  std::uint32_t depth = 64;            ///< sequences inside sequences
  std::uint64_t elements = 10'000'000; ///< elements and items in all
  std::uint32_t inflated_ratio = 200;  ///< deflated syntaxes: inflated size per stored byte, past the first 10 MiB
};

/// Scans a whole file: preamble, meta information, data set to the end.
///
/// Errors, mostly `bad_file_format` with the place (byte offset, tag) in the details: no DICOM file, truncated, nested
/// deeper than the limit, lengths that leave the file or their parent, pixel data that is not encapsulated where the
/// transfer syntax wants it, no elements, an empty Study, Series or SOP Instance UID; `inexistent_tag` without one of
/// them. Offsets of deflated files are those after inflating. Files without preamble or meta information are accepted where the data set starts with a plausible
/// element: as Explicit VR (Little or Big Endian) if it has a known VR, else as Implicit VR Little Endian.
result<instance_summary> scan(std::span<const std::byte> file, const scan_limits& limits = {});

} // namespace troupe::dicom
