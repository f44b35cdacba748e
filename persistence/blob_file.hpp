/// \file
/// The bytes of files in `storage/`, which may lie there compressed: everybody who wants the content of one goes
/// through here.
///
/// A compressed file begins with the size of its content, 8 bytes with the lowest first; a zlib stream (RFC 1950)
/// follows. The compressed form of nothing is an empty file.
#pragma once

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

/// The same of an instance; nothing if it is gone, as it may be at any moment. Throws as above.
std::optional<blob_content> read_instance(const database& from, resource_key instance,
                                          content_use use = content_use::parts);
std::optional<blob_content> read_instance(const database& from, const orthanc_id& id,
                                          content_use use = content_use::parts);

/// Writes the compressed form of a content to a new file, durably; the MD5 is of that file. Throws as `write_durably`.
compressed_form write_compressed(const std::filesystem::path& path, std::span<const std::byte> content, bool wants_md5);

/// Writes a content to a new file, durably, and says what is to be known of it but for the number. Throws as
/// `write_durably`.
struct storing {
  bool compress = false;
  bool md5 = true;
};

stored_blob write_content(const std::filesystem::path& path, std::span<const std::byte> content, storing how);

} // namespace troupe::persistence
