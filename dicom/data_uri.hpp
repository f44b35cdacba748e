/// \file
/// Bytes within texts: `data:application/octet-stream;base64,AAEC`.
#pragma once

#include <troupe/error.hpp>

#include <string>
#include <string_view>

namespace troupe::dicom {

/// Whether the text is meant as a data URI of base64.
bool is_data_uri(std::string_view text) noexcept;

/// The bytes of one; `bad_request` if they are no base64.
result<std::string> decode_data_uri(std::string_view text);

} // namespace troupe::dicom
