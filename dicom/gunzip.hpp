/// \file
/// Unpacking a gzip body (RFC 1952) piece by piece.
#pragma once

#include "dicom/unpacking.hpp"

namespace troupe::dicom {

/// Unpacks all members of a gzip file, one behind the other, into `into`. Errors: `bad_file_format` where it is damaged
/// or truncated, with status 413 beyond the limits.
result<void> gunzip(std::span<const std::byte> packed, const unpacking_limits& limits, const byte_sink& into,
                    const spent_bytes& spent = {});

} // namespace troupe::dicom
