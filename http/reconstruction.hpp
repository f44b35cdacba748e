/// \file
/// What the index has of resources is made anew from their files.
#pragma once

#include "http/exchange.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace troupe::http {

/// An instance whose file is read, and the levels of its family whose main tags it sets.
struct rereading {
  persistence::resource_key instance = 0;
  std::array<bool, 4> levels{};
};

/// All instances of a resource in the order of arrival. Main tags of the resource, and of those above and below it,
/// come from the first instance of each, as when they arrived.
std::vector<rereading> rereadings_below(const persistence::read_transaction& from, const persistence::resource& of);
/// The first instance of a resource, for its own main tags only.
std::vector<rereading> rereading_of(const persistence::read_transaction& from, const persistence::resource& of);

/// Whether files are stored anew that lie on the disk in another form than new ones would (`StorageCompression`).
enum class files_too : bool { no, yes };

/// Reads instances again, a group a transaction, then answers the request: with an empty text, or with `corrupted_file`
/// if some could not be read, which does not stop the others. No thread waits for it.
void reconstruct(const exchange& with, std::vector<rereading> what, files_too files);

} // namespace troupe::http
