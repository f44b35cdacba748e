#include "persistence/blob_file.hpp"

#include "core/md5.hpp"
#include "core/uuid.hpp"
#include "persistence/index_store.hpp"
#include "persistence/zlib_file.hpp"

#include <optional>

namespace troupe::persistence {
namespace {

namespace fs = std::filesystem;

/// Larger contents are mapped, and unpacked into a file.
constexpr std::uint64_t in_memory_bytes = 16 << 20;
/// Reading a file of this size costs less than mapping it.
constexpr std::uint64_t read_bytes = 1 << 20;

void require_size(std::uint64_t found, std::uint64_t expected) {
  if (found != expected) {
    throw failure(error(error_code::corrupted_file, "A stored file has " + std::to_string(found) + " bytes instead of "
                                                      + std::to_string(expected)));
  }
}

blob_content unpacked(const database& from, const stored_blob& which) {
  const mapped_file packed(from.blob_path(which.number));
  require_size(packed.bytes().size(), which.compressed->size_bytes);
  if (which.size_bytes > in_memory_bytes) {
    scratch_file into(from.incoming_directory());
    unpack(packed.bytes(), which.size_bytes, [&](std::span<const std::byte> piece) { into.write(piece); });
    return blob_content(into.map());
  }
  std::string into;
  into.reserve(static_cast<std::size_t>(which.size_bytes));
  unpack(packed.bytes(), which.size_bytes, [&](std::span<const std::byte> piece) {
    into.append(reinterpret_cast<const char*>(piece.data()), piece.size());
  });
  return blob_content(std::move(into));
}

std::optional<stored_blob> blob_of_instance(const database& from, resource_key instance) {
  auto facts = find_instance(from.read(), instance);
  return facts ? std::optional(std::move(facts->blob)) : std::nullopt;
}

} // namespace

std::span<const std::byte> blob_content::bytes() const noexcept {
  const auto* const mapped = std::get_if<mapped_file>(&bytes_);
  return mapped != nullptr ? mapped->bytes() : std::as_bytes(std::span(std::get<std::string>(bytes_)));
}

blob_content read_blob(const database& from, const stored_blob& which, content_use use) {
  if (which.compressed) {
    return unpacked(from, which);
  }
  const auto path = from.blob_path(which.number);
  auto content = use == content_use::whole && which.size_bytes <= read_bytes ? blob_content(read_file(path))
                                                                             : blob_content(mapped_file(path));
  require_size(content.bytes().size(), which.size_bytes);
  return content;
}

std::optional<blob_content> read_instance(const database& from, resource_key instance, content_use use) {
  auto blob = blob_of_instance(from, instance);
  while (blob) {
    try {
      return read_blob(from, *blob, use);
    } catch (const failure& missing) {
      auto now = blob_of_instance(from, instance);
      if (missing.why().code() != error_code::inexistent_file || (now && now->number == blob->number)) {
        throw;
      }
      blob = std::move(now); // it was deleted, or another file has taken its place
    }
  }
  return std::nullopt;
}

std::optional<blob_content> read_instance(const database& from, const orthanc_id& id, content_use use) {
  const auto found = find_resource(from.read(), resource_level::instance, id);
  return found ? read_instance(from, found->key, use) : std::nullopt;
}

compressed_form write_compressed(const fs::path& path, std::span<const std::byte> content, bool wants_md5) {
  compressed_form form;
  std::optional<md5_sum> sum;
  if (wants_md5) {
    sum.emplace();
  }
  write_pieces_durably(path, [&](const byte_sink& file) {
    pack(content, [&](std::span<const std::byte> piece) {
      file(piece);
      form.size_bytes += piece.size();
      if (sum) {
        sum->add(piece);
      }
    });
  });
  if (sum) {
    form.md5 = sum->text();
  }
  return form;
}

stored_blob write_content(const fs::path& path, std::span<const std::byte> content, storing how) {
  stored_blob blob{
    .number = 0, .size_bytes = content.size(), .md5 = how.md5 ? md5_text(content) : "", .uuid = random_uuid()};
  if (how.compress) {
    blob.compressed = write_compressed(path, content, how.md5);
  } else {
    write_durably(path, content);
  }
  return blob;
}

} // namespace troupe::persistence
