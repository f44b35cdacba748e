#include "persistence/file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace troupe::persistence {
namespace {

namespace fs = std::filesystem;

/// Of one write. Larger ones make the kernel look for large pieces of fresh memory, which costs more than the calls.
constexpr std::size_t piece_bytes = 16 << 10;

/// After so many bytes whoever wants to is told.
constexpr std::size_t told_bytes = 4 << 20;

void write_all(const file_descriptor& file, std::span<const std::byte> bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const auto written = ::write(file.number(), bytes.data(), std::min(bytes.size(), piece_bytes));
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written < 0) {
      throw_system_failure(errno, "cannot write", path, error_code::cannot_write_file);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

/// Lets the disk begin with what was written: whatever is done before `fdatasync` is done meanwhile.
void begin_sync(const file_descriptor& file, std::size_t from, std::size_t size) {
  ::sync_file_range(file.number(), static_cast<::off64_t>(from), static_cast<::off64_t>(size),
                    SYNC_FILE_RANGE_WRITE); // only a hint: errors come from the sync itself
}

error_code reading_failure(int error_number) {
  return error_number == ENOENT ? error_code::inexistent_file : error_code::corrupted_file;
}

/// Opens a regular file for reading and tells its size.
std::size_t open_size(const file_descriptor& file, const fs::path& path) {
  struct ::stat status {};

  if (!file.valid() || ::fstat(file.number(), &status) != 0) {
    throw_system_failure(errno, "cannot read", path, reading_failure(errno));
  }
  if (!S_ISREG(status.st_mode)) {
    throw_system_failure(EINVAL, "not a regular file:", path, error_code::corrupted_file);
  }
  return static_cast<std::size_t>(status.st_size);
}

int open_nameless(const fs::path& directory) {
  std::string name = (directory / "scratch_XXXXXX").native();
  const int file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) {
    throw_system_failure(errno, "cannot make a file in", directory, error_code::cannot_write_file);
  }
  ::unlink(name.c_str());
  return file;
}

/// Makes a new file, lets `fill` write to it, and waits until the bytes are on the disk.
template <class Fill>
void make_file(const fs::path& path, Fill fill) {
  file_descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.valid()) {
    throw_system_failure(errno, "cannot make", path, error_code::cannot_write_file);
  }
  try {
    fill(file);
    if (::fdatasync(file.number()) != 0 || !file.close()) {
      throw_system_failure(errno, "cannot write", path, error_code::cannot_write_file);
    }
  } catch (...) {
    ::unlink(path.c_str());
    throw;
  }
}

} // namespace

void throw_system_failure(int error_number, std::string_view doing, const fs::path& path, error_code otherwise) {
  const auto code = means_full(error_number) ? error_code::full_storage : otherwise;
  throw failure(
    error(code, std::string(doing) + ' ' + path.native() + ": " + std::generic_category().message(error_number)));
}

bool means_full(int error_number) noexcept {
  return error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
}

void write_durably(const fs::path& path, std::span<const std::byte> bytes,
                   const std::function<void(std::span<const std::byte>)>& written) {
  make_file(path, [&](const file_descriptor& file) {
    for (std::size_t done = 0; done < bytes.size(); done += told_bytes) {
      const auto piece = bytes.subspan(done, std::min(told_bytes, bytes.size() - done));
      write_all(file, piece, path);
      begin_sync(file, done, piece.size());
      if (written) {
        written(piece);
      }
    }
  });
}

void write_pieces_durably(const fs::path& path, const std::function<void(const byte_sink& file)>& produce) {
  make_file(path, [&](const file_descriptor& file) {
    produce([&](std::span<const std::byte> bytes) { write_all(file, bytes, path); });
  });
}

bool link_durably(const fs::path& from, const fs::path& to) {
  const file_descriptor file(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid() || ::fdatasync(file.number()) != 0) {
    throw_system_failure(errno, "cannot sync", from, error_code::cannot_write_file);
  }
  if (::link(from.c_str(), to.c_str()) == 0) {
    return true;
  }
  if (errno == EPERM || errno == EOPNOTSUPP || errno == EMLINK || errno == EXDEV) {
    return false;
  }
  throw_system_failure(errno, "cannot make", to, error_code::cannot_write_file);
}

void sync_directory(const fs::path& directory, error_code otherwise) {
  const file_descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.valid() || ::fsync(opened.number()) != 0) {
    throw_system_failure(errno, "cannot sync", directory, otherwise);
  }
}

bool remove_file(const fs::path& path) noexcept {
  return ::unlink(path.c_str()) == 0 || errno == ENOENT;
}

void make_directory(const fs::path& directory) {
  std::vector<fs::path> missing;
  for (auto path = directory; !path.empty() && !fs::exists(path); path = path.parent_path()) {
    missing.push_back(path);
  }
  for (; !missing.empty(); missing.pop_back()) {
    if (::mkdir(missing.back().c_str(), 0700) != 0 && errno != EEXIST) {
      throw_system_failure(errno, "cannot make", missing.back(), error_code::cannot_write_file);
    }
    const auto parent = missing.back().parent_path();
    sync_directory(parent.empty() ? fs::path(".") : parent);
  }
  if (!fs::is_directory(directory)) {
    throw_system_failure(ENOTDIR, "cannot use", directory, error_code::cannot_write_file);
  }
}

std::string read_file(const fs::path& path) {
  const file_descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string bytes(open_size(file, path), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto size = ::read(file.number(), bytes.data() + done, bytes.size() - done);
    if (size < 0 && errno == EINTR) {
      continue;
    }
    if (size <= 0) {
      throw_system_failure(size < 0 ? errno : EIO, "cannot read", path, error_code::corrupted_file);
    }
    done += static_cast<std::size_t>(size);
  }
  return bytes;
}

mapped_file::mapped_file(const fs::path& path) {
  const file_descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  *this = mapped_file(file, open_size(file, path), path);
}

mapped_file::mapped_file(const file_descriptor& file, std::size_t size, const fs::path& path) {
  if (size == 0) {
    return;
  }
  void* const start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
  if (start == MAP_FAILED) {
    throw_system_failure(errno, "cannot map", path, error_code::corrupted_file);
  }
  bytes_ = {static_cast<const std::byte*>(start), size};
}

mapped_file::mapped_file(mapped_file&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

mapped_file& mapped_file::operator=(mapped_file&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

mapped_file::~mapped_file() {
  if (!bytes_.empty()) {
    ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
  }
}

scratch_file::scratch_file(const fs::path& directory) : directory_(directory), file_(open_nameless(directory)) {}

void scratch_file::write(std::span<const std::byte> bytes) {
  write_all(file_, bytes, directory_);
  size_ += bytes.size();
}

mapped_file scratch_file::map() const {
  return {file_, size_, directory_};
}

file_descriptor::~file_descriptor() {
  close();
}

bool file_descriptor::close() noexcept {
  return number_ < 0 || ::close(std::exchange(number_, -1)) == 0;
}

} // namespace troupe::persistence
