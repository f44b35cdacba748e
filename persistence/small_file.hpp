/// \file
/// Small files in the index: one commit makes them durable together with what is said of them, where a file each would
/// cost a turn of the disk.
///
/// They lie in chunks, since a value that does not fit into half a page of LMDB gets pages of its own, and looking for
/// several free ones in a row takes long.
#pragma once

#include "persistence/records.hpp"
#include "persistence/transaction.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::persistence {

struct writer;

bool has_small_file(view rows, blob_number number);
/// The bytes of a file; nothing if there is none. What is damaged comes out shorter.
std::optional<std::string> load_small_file(view rows, blob_number number);
void put_small_file(writer& by, blob_number number, std::string_view content);
void erase_small_file(writer& by, blob_number number);

} // namespace troupe::persistence
