#include "persistence/keys.hpp"
#include "persistence/small_file.hpp"
#include "persistence/writer.hpp"

#include <algorithm>

namespace troupe::persistence {
namespace {

void note_number(writer& by, blob_number number) {
  by.made.now.last_blob = std::max(by.made.now.last_blob, number);
}

void settle(writer& by, blob_number number) {
  by.made.settled.push_back(number);
  note_number(by, number);
}

bool is_there(view rows, const stored_blob& blob) {
  return blob.in_index ? has_small_file(rows, blob.number) : rows.contains(table::blobs, number_key(blob.number));
}

} // namespace

error check_new_blob(const writer& by, const new_file& file) {
  const auto& blob = file.blob;
  if (blob.number == 0 || is_there(by.rows(), blob)) {
    return {error_code::internal_error, "blob " + std::to_string(blob.number) + " is not a new one"};
  }
  if (blob.in_index && blob.disk_bytes() != file.content.size()) {
    return {error_code::internal_error, "blob " + std::to_string(blob.number) + " has another size"};
  }
  return error_code::success;
}

void own_blob(writer& by, const new_file& file, resource_key owner) {
  const auto& blob = file.blob;
  if (blob.in_index) {
    put_small_file(by, blob.number, file.content);
    note_number(by, blob.number);
  } else {
    by.to.append(table::blobs, number_key(blob.number), encode_number(owner));
    by.made.directories.insert(by.where.blob(blob.number).parent_path());
    settle(by, blob.number);
  }
  by.made.now.totals.disk_bytes += blob.disk_bytes();
  by.made.now.totals.uncompressed_bytes += blob.size_bytes;
}

void disown_blob(writer& by, const stored_blob& blob) {
  if (blob.in_index) {
    erase_small_file(by, blob.number);
  } else {
    by.to.erase(table::blobs, number_key(blob.number));
    discard_blob(by, blob.number);
  }
  by.made.now.totals.disk_bytes -= blob.disk_bytes();
  by.made.now.totals.uncompressed_bytes -= blob.size_bytes;
}

void refuse_blob(writer& by, const stored_blob& blob) {
  if (!blob.in_index) {
    discard_blob(by, blob.number);
    settle(by, blob.number);
  }
}

} // namespace troupe::persistence
