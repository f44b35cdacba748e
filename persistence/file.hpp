/// \file
/// Files written so that they survive a power cut, and files read without copying them.
#pragma once

#include <troupe/error.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace troupe::persistence {

/// Throws the `failure` for an error number of the system: `full_storage` where space or a quota is used up, else
/// `otherwise`. `doing` and `path` say what was tried: "cannot write", ...
[[noreturn]] void throw_system_failure(int error_number, std::string_view doing, const std::filesystem::path& path,
                                       error_code otherwise);

/// True for the error numbers that say that no more fits: ENOSPC, EDQUOT, EFBIG.
bool means_full(int error_number) noexcept;

/// Writes a new file and waits until its bytes are on the disk (`fdatasync`). Its name is durable after
/// `sync_directory`. Throws `failure`: `full_storage`, else `cannot_write_file`, also where a file of that name exists
/// (which stays as it is). No partial file is left behind. `written` is told of each piece that was written.
void write_durably(const std::filesystem::path& path, std::span<const std::byte> bytes,
                   const std::function<void(std::span<const std::byte>)>& written = {});

/// Gives a file another name and waits until its bytes are on the disk; false, and nothing was done, where the file
/// system has no second names. Otherwise as `write_durably`.
bool link_durably(const std::filesystem::path& from, const std::filesystem::path& to);

/// Takes bytes in the order in which they come.
using byte_sink = std::function<void(std::span<const std::byte>)>;

/// The same for a file that `produce` passes on piece by piece.
void write_pieces_durably(const std::filesystem::path& path, const std::function<void(const byte_sink& file)>& produce);

/// Makes the names in a directory durable. Throws `failure`: `full_storage`, else `otherwise`.
void sync_directory(const std::filesystem::path& directory, error_code otherwise = error_code::cannot_write_file);

/// Removes a file; true if it is gone, also if it was not there.
bool remove_file(const std::filesystem::path& path) noexcept;

/// Makes a directory that only the owner may enter, with its parents; nothing if it is there. The new names are
/// durable. Throws `failure`: `full_storage`, else `cannot_write_file`.
void make_directory(const std::filesystem::path& directory);

/// All bytes of a file. Throws `failure`: `inexistent_file`, else `corrupted_file` where it cannot be read.
std::string read_file(const std::filesystem::path& path);

class file_descriptor;

/// A file mapped into memory for reading, as long as the object lives; the file may be removed meanwhile, not
/// shortened.
class mapped_file {
public:
  /// Throws `failure`: `inexistent_file`, else `corrupted_file` where it cannot be mapped.
  explicit mapped_file(const std::filesystem::path& path);
  mapped_file(mapped_file&& other) noexcept;
  mapped_file& operator=(mapped_file&& other) noexcept;
  ~mapped_file();

  std::span<const std::byte> bytes() const noexcept { return bytes_; }

private:
  friend class scratch_file;

  mapped_file(const file_descriptor& file, std::size_t size, const std::filesystem::path& path);

  std::span<const std::byte> bytes_;
};

/// A file descriptor that is closed at the end of its scope.
class file_descriptor {
public:
  explicit file_descriptor(int number) noexcept : number_(number) {}

  file_descriptor(const file_descriptor&) = delete;
  file_descriptor& operator=(const file_descriptor&) = delete;
  ~file_descriptor();

  int number() const noexcept { return number_; }

  bool valid() const noexcept { return number_ >= 0; }

  /// Closes it now; false if the system reports an error.
  bool close() noexcept;

private:
  int number_;
};

/// A file without a name: it is gone with the object, or with what it was mapped to.
class scratch_file {
public:
  /// Throws `failure`, as `write` does: `full_storage`, else `cannot_write_file`.
  explicit scratch_file(const std::filesystem::path& directory);

  void write(std::span<const std::byte> bytes);
  /// What was written. Throws `failure` (`corrupted_file`).
  mapped_file map() const;

private:
  std::filesystem::path directory_;
  file_descriptor file_;
  std::size_t size_ = 0;
};

} // namespace troupe::persistence
