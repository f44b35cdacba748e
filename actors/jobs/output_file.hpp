/// \file
/// An output that grows: in memory while it is small, then in a file, so that small ones are committed with the job
/// itself.
#pragma once

#include <troupe/job_type.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>

namespace troupe::jobs {

class output_file {
public:
  output_file() = default;
  ~output_file();
  output_file(const output_file&) = delete;
  output_file& operator=(const output_file&) = delete;

  /// Adds bytes. Throws `failure`: `full_storage`, `cannot_write_file`.
  void add(std::string bytes, step_context& context);

  std::uint64_t size_bytes() const noexcept { return size_bytes_; }

  /// The body for a `job_output`: the bytes, or the path of the file, synced and closed.
  std::variant<std::string, std::filesystem::path> close();

private:
  void write(const std::string& bytes);

  std::string buffered_;
  std::filesystem::path path_;
  int descriptor_ = -1;
  std::uint64_t size_bytes_ = 0;
};

} // namespace troupe::jobs
