#include "http/wire/file_part.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace troupe::http {

result<file_part> file_part::open(const file_range& range) {
  file_part part(::open(range.path.c_str(), O_RDONLY | O_CLOEXEC), range.offset, range.length);
  if (part.file_ < 0)
    return error{error_code::inexistent_file, "The stored file cannot be opened"};

  struct stat status {};

  if (::fstat(part.file_, &status) != 0 || !S_ISREG(status.st_mode))
    return error{error_code::corrupted_file, "The stored file cannot be read"};
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (range.offset > size || range.length > size - range.offset)
    return error{error_code::corrupted_file, "The stored file is shorter than it was"};
  return part;
}

file_part::file_part(file_part&& other) noexcept
  : file_(std::exchange(other.file_, -1)),
    offset_(other.offset_),
    left_(std::exchange(other.left_, 0)) {}

file_part::~file_part() {
  if (file_ >= 0)
    ::close(file_);
}

std::size_t file_part::read(std::span<char> into) noexcept {
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left_));
  ssize_t count = 0;
  do
    count = ::pread(file_, into.data(), wanted, static_cast<off_t>(offset_));
  while (count < 0 && errno == EINTR);
  if (count <= 0)
    return 0;
  offset_ += static_cast<std::uint64_t>(count);
  left_ -= static_cast<std::uint64_t>(count);
  return static_cast<std::size_t>(count);
}

} // namespace troupe::http
