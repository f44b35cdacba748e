/// \file
/// Packing and unpacking with zlib, piece by piece.
#pragma once

#include "persistence/file.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace troupe::persistence {

/// Passes on the compressed form of a content (persistence/blob_file.hpp).
void pack(std::span<const std::byte> content, const byte_sink& to);

/// Passes on the content of a compressed form, of which there must be `size` bytes: no more are passed on. Throws
/// `failure` (`corrupted_file`) where the form is damaged or says another size.
void unpack(std::span<const std::byte> packed, std::uint64_t size, const byte_sink& to);

} // namespace troupe::persistence
