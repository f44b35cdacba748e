/// \file
/// New UIDs that follow from old ones: a step that is repeated makes the same instance again.
#pragma once

#include "core/orthanc_id.hpp"

#include <string>
#include <string_view>

namespace troupe::dicom {

/// `2.25.` and a UUID of version 8 (RFC 9562) in decimal, at most 44 characters: HMAC-SHA-256 of `key` over the level
/// and the old UID. Without the key nothing can be learned about the old UID. Throws `failure` if OpenSSL does.
std::string derived_uid(std::string_view key, resource_level level, std::string_view old_uid);

/// `2.25.` and a random UUID in decimal. Throws `failure` if the machine gives no random numbers.
std::string random_uid();

} // namespace troupe::dicom
