#include "persistence/keys.hpp"
#include "persistence/writer.hpp"

#include <algorithm>

namespace troupe::persistence {
namespace {

void settle(writer& by, blob_number number) {
  by.made.settled.push_back(number);
  by.made.now.last_blob = std::max(by.made.now.last_blob, number);
}

} // namespace

error check_new_blob(const writer& by, const stored_blob& blob) {
  if (blob.number != 0 && !by.rows().contains(table::blobs, number_key(blob.number))) {
    return error_code::success;
  }
  return {error_code::internal_error, "blob " + std::to_string(blob.number) + " is not a new one"};
}

void own_blob(writer& by, const stored_blob& blob, resource_key owner) {
  by.to.append(table::blobs, number_key(blob.number), encode_number(owner));
  by.made.directories.insert(by.where.blob(blob.number).parent_path());
  by.made.now.totals.disk_bytes += blob.disk_bytes();
  by.made.now.totals.uncompressed_bytes += blob.size_bytes;
  settle(by, blob.number);
}

void disown_blob(writer& by, const stored_blob& blob) {
  by.to.erase(table::blobs, number_key(blob.number));
  discard_blob(by, blob.number);
  by.made.now.totals.disk_bytes -= blob.disk_bytes();
  by.made.now.totals.uncompressed_bytes -= blob.size_bytes;
}

void refuse_blob(writer& by, const stored_blob& blob) {
  discard_blob(by, blob.number);
  settle(by, blob.number);
}

} // namespace troupe::persistence
