#include "persistence/blob_file.hpp"

#include "core/crash_point.hpp"
#include "core/md5.hpp"
#include "core/uuid.hpp"
#include "persistence/index_store.hpp"
#include "persistence/small_file.hpp"
#include "persistence/zlib_file.hpp"

#include <algorithm>
#include <optional>

namespace troupe::persistence {
namespace {

namespace fs = std::filesystem;

/// Larger contents are mapped, and unpacked into a file.
constexpr std::uint64_t in_memory_bytes = 16 << 20;
/// Reading a file of this size costs less than mapping it.
constexpr std::uint64_t read_bytes = 1 << 20;
/// Bytes that are summed up before whoever wants to is told.
constexpr std::size_t piece_bytes = 4 << 20;

void require_size(std::uint64_t found, std::uint64_t expected) {
  if (found != expected) {
    throw failure(error(error_code::corrupted_file, "A stored file has " + std::to_string(found) + " bytes instead of "
                                                      + std::to_string(expected)));
  }
}

blob_content file_in_index(const database& from, const stored_blob& which) {
  auto content = load_small_file(from.read(), which.number);
  if (!content) {
    throw failure(error(error_code::inexistent_file, "A stored file is not in the index"));
  }
  return blob_content(*std::move(content));
}

blob_content unpacked(const database& from, const stored_blob& which) {
  const auto packed = read_stored(from, which);
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

/// The MD5 of what comes piece by piece, if it is wanted.
class wanted_md5 {
public:
  explicit wanted_md5(bool wanted) {
    if (wanted) {
      sum_.emplace();
    }
  }

  void add(std::span<const std::byte> piece) {
    if (sum_) {
      sum_->add(piece);
    }
  }

  std::string text() { return sum_ ? sum_->text() : std::string(); }

private:
  std::optional<md5_sum> sum_;
};

/// Reads the content piece by piece, so that the memory of what was read can be given back.
std::string md5_in_pieces(std::span<const std::byte> content, const storing& how) {
  wanted_md5 sum(how.md5);
  for (std::size_t done = 0; how.md5 && done < content.size(); done += piece_bytes) {
    const auto piece = content.subspan(done, std::min(piece_bytes, content.size() - done));
    sum.add(piece);
    if (how.was_read) {
      how.was_read(piece);
    }
  }
  return sum.text();
}

/// Packs a content; what is known of its compressed form.
compressed_form pack_to(const byte_sink& to, std::span<const std::byte> content, bool wants_md5) {
  compressed_form form;
  wanted_md5 sum(wants_md5);
  pack(content, [&](std::span<const std::byte> piece) {
    to(piece);
    form.size_bytes += piece.size();
    sum.add(piece);
  });
  form.md5 = sum.text();
  return form;
}

/// Makes a small file of the content; false, and nothing was done, if its compressed form is too large for that.
bool into_index(stored_content& made, std::span<const std::byte> content, const storing& how) {
  auto& bytes = made.content;
  const auto take = [&](std::span<const std::byte> piece) {
    bytes.append(reinterpret_cast<const char*>(piece.data()), piece.size());
  };
  if (how.compress) {
    made.blob.compressed = pack_to(take, content, how.md5);
  } else {
    take(content);
  }
  made.blob.in_index = bytes.size() <= small_file_bytes;
  if (!made.blob.in_index) {
    bytes.clear();
  }
  return made.blob.in_index;
}

void write_file(const fs::path& path, stored_blob& blob, std::span<const std::byte> content, const storing& how) {
  if (how.compress) {
    write_pieces_durably(path, [&](const byte_sink& file) { blob.compressed = pack_to(file, content, how.md5); });
    blob.md5 = md5_in_pieces(content, how);
  } else if (how.received != nullptr && link_durably(*how.received, path)) {
    blob.md5 = md5_in_pieces(content, how);
  } else { // summed up while the disk writes
    wanted_md5 sum(how.md5);
    write_durably(path, content, [&](std::span<const std::byte> piece) {
      sum.add(piece);
      if (how.was_read) {
        how.was_read(piece);
      }
    });
    blob.md5 = sum.text();
  }
}

} // namespace

std::span<const std::byte> blob_content::bytes() const noexcept {
  const auto* const mapped = std::get_if<mapped_file>(&bytes_);
  return mapped != nullptr ? mapped->bytes() : std::as_bytes(std::span(std::get<std::string>(bytes_)));
}

blob_content read_stored(const database& from, const stored_blob& which, content_use use) {
  const auto path = from.blob_path(which.number);
  auto content = which.in_index                                                  ? file_in_index(from, which)
                 : use == content_use::whole && which.disk_bytes() <= read_bytes ? blob_content(read_file(path))
                                                                                 : blob_content(mapped_file(path));
  require_size(content.bytes().size(), which.disk_bytes());
  return content;
}

blob_content read_blob(const database& from, const stored_blob& which, content_use use) {
  return which.compressed ? unpacked(from, which) : read_stored(from, which, use);
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

storing storing_by(const options& settings) {
  constexpr std::uint64_t mebibyte = 1 << 20;
  return {.compress = settings.storage_compression(),
          .md5 = settings.store_md5_for_attachments(),
          .reserve_bytes = static_cast<std::uint64_t>(settings.reserve_mb()) * mebibyte};
}

stored_content store_content(database& in, std::span<const std::byte> content, const storing& how) {
  if (in.free_bytes() < how.reserve_bytes + (how.received == nullptr ? content.size() : 0)) {
    throw failure(error(error_code::full_storage, "There is too little free space"));
  }
  stored_content made;
  auto& blob = made.blob;
  blob.size_bytes = content.size();
  blob.uuid = random_uuid();
  if (content.size() <= small_file_bytes && into_index(made, content, how)) {
    blob.md5 = md5_in_pieces(content, how);
    blob.number = in.new_small_blob();
  } else {
    blob.number = in.new_blob();
    try {
      write_file(in.blob_path(blob.number), blob, content, how);
    } catch (...) {
      in.drop_blob(blob.number);
      throw;
    }
  }
  pass(crash_point::content_stored);
  return made;
}

} // namespace troupe::persistence
