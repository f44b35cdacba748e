#include "persistence/small_file.hpp"

#include "persistence/bytes.hpp"
#include "persistence/writer.hpp"

#include <algorithm>

namespace troupe::persistence {
namespace {

constexpr std::uint8_t version = 1;
/// Of the content; two such chunks fill a page.
constexpr std::size_t chunk_bytes = 1999;

} // namespace

bool has_small_file(view rows, blob_number number) {
  return rows.contains(table::small_files, chunk_key(number, 0));
}

std::optional<std::string> load_small_file(view rows, blob_number number) {
  std::optional<std::string> content;
  std::uint32_t chunk = 0;
  for_each_with_prefix(rows, table::small_files, number_key(number), [&](std::string_view key, std::string_view bytes) {
    const decoder from(bytes, version);
    if (!content) {
      content.emplace();
    }
    if (!from.good() || key != chunk_key(number, chunk++)) {
      rows.origin().note_undecodable(table::small_files, key);
      return false;
    }
    content->append(from.rest());
    return true;
  });
  return content;
}

void put_small_file(writer& by, blob_number number, std::string_view content) {
  std::uint32_t chunk = 0;
  do { // one that is empty has a chunk too
    const auto piece = content.substr(0, chunk_bytes);
    by.to.append(table::small_files, chunk_key(number, chunk++),
                 std::move(encoder(version, 1 + piece.size()).raw(piece)).take());
    content.remove_prefix(piece.size());
  } while (!content.empty());
}

void erase_small_file(writer& by, blob_number number) {
  by.to.erase_prefix(table::small_files, number_key(number));
}

} // namespace troupe::persistence
