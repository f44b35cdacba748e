/// \file
/// A range of a file that is sent as the body of a reply.
#pragma once

#include "http/call.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace troupe::http {

/// An open file. One thread at a time.
class file_part {
public:
  /// Errors: `inexistent_file`, `corrupted_file` if the file is shorter than the range.
  static result<file_part> open(const file_range& range);
  file_part(file_part&& other) noexcept;
  file_part& operator=(file_part&&) = delete;
  ~file_part();

  std::uint64_t left() const noexcept { return left_; }

  /// Reads the next bytes of the range. 0 at its end, and if the file cannot be read.
  std::size_t read(std::span<char> into) noexcept;

private:
  file_part(int file, std::uint64_t offset, std::uint64_t length) noexcept
    : file_(file),
      offset_(offset),
      left_(length) {}

  int file_;
  std::uint64_t offset_;
  std::uint64_t left_;
};

} // namespace troupe::http
