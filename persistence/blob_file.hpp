/// \file
/// The bytes of stored files, which lie in `storage/` or, small ones, in the index, and may be compressed: everybody
/// who stores a content or wants that of a file goes through here.
///
/// A compressed file begins with the size of its content, 8 bytes with the lowest first; a zlib stream (RFC 1950)
/// follows. The compressed form of nothing is an empty file.
#pragma once

#include <troupe/options.hpp>

#include "persistence/database.hpp"
#include "persistence/file.hpp"
#include "persistence/records.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <variant>

namespace troupe::persistence {

/// How much of a content will be looked at: a small file is read if it will be needed as a whole, since a mapping costs
/// more than that; otherwise only what is looked at is read.
enum class content_use : std::uint8_t { whole, parts };

/// The content of a file, as long as the object lives; the file may be removed meanwhile.
class blob_content {
public:
  explicit blob_content(std::string bytes) : bytes_(std::move(bytes)) {}

  explicit blob_content(mapped_file bytes) : bytes_(std::move(bytes)) {}

  std::span<const std::byte> bytes() const noexcept;

private:
  std::variant<std::string, mapped_file> bytes_;
};

/// The content of a file. What is compressed and large is unpacked into a file without a name. Throws `failure`:
/// `inexistent_file`, which may also mean that another file has just taken its place; `corrupted_file` where it is not
/// what `which` says; `full_storage`.
blob_content read_blob(const database& from, const stored_blob& which, content_use use = content_use::parts);

/// The bytes as they are stored, compressed or not. Throws as above.
blob_content read_stored(const database& from, const stored_blob& which, content_use use = content_use::parts);

/// The content of an instance; nothing if it is gone, as it may be at any moment. Throws as above.
std::optional<blob_content> read_instance(const database& from, resource_key instance,
                                          content_use use = content_use::parts);
std::optional<blob_content> read_instance(const database& from, const orthanc_id& id,
                                          content_use use = content_use::parts);

/// The largest file that goes into the index.
inline constexpr std::uint64_t small_file_bytes = 16 << 10;

/// How a content is stored.
struct storing {
  bool compress = false;
  bool md5 = true;
  std::uint64_t reserve_bytes = 0;                 ///< must stay free on the file system
  const std::filesystem::path* received = nullptr; ///< the file that holds the content and nothing else
  /// Told of pieces of the content whose memory can be given back. They are read again.
  std::function<void(std::span<const std::byte>)> was_read{};
};

/// As the options want it.
storing storing_by(const options& settings);

/// A content that is on the disk, or will be with the mutation that is given `content`.
struct stored_content {
  stored_blob blob;
  std::string content; ///< the bytes of the blob, if it lies in the index
};

/// Stores a content under a new number: whatever is stored comes through here. Small ones are to be put into the index,
/// others become a file, which is synced, or the second name of the one that was received. Throws `failure`:
/// `full_storage`, else `cannot_write_file`; nothing is left behind then. Any thread.
stored_content store_content(database& in, std::span<const std::byte> content, const storing& how);

} // namespace troupe::persistence
