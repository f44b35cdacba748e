/// \file
/// Bodies of requests: small ones in memory, large ones in a file of their own.
#pragma once

#include "http/call.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace troupe::http {

/// Bytes that all bodies in memory may have together. Must outlive the bodies.
class body_memory {
public:
  explicit body_memory(std::size_t limit_bytes) noexcept : limit_(limit_bytes) {}

  /// False if the limit would be passed.
  bool reserve(std::size_t bytes) noexcept;

  void release(std::size_t bytes) noexcept { used_ -= bytes; }

  std::size_t used() const noexcept { return used_; }

private:
  const std::size_t limit_;
  std::atomic<std::size_t> used_{0};
};

/// Takes a body piece by piece. Memory grows with what has come, never with what was announced.
class body_collector {
public:
  /// Up to `memory_max` bytes stay in memory, as long as `memory` has room; the rest goes into a file in `directory`.
  body_collector(std::filesystem::path directory, std::size_t memory_max, std::shared_ptr<body_memory> memory);
  ~body_collector();
  body_collector(const body_collector&) = delete;
  body_collector& operator=(const body_collector&) = delete;

  /// So many bytes are said to come: more than stay in memory go into a file from the first one on. Throws `failure`.
  void expect(std::uint64_t bytes);
  /// Throws `failure` (`full_storage`, `cannot_write_file`).
  void add(std::string_view bytes);

  std::uint64_t size() const noexcept { return size_; }

  /// The body; the collector is empty afterwards. Throws `failure`.
  std::unique_ptr<request_body> finish();

private:
  void move_to_file();
  void write(std::string_view bytes);

  std::filesystem::path directory_;
  std::size_t memory_max_;
  std::shared_ptr<body_memory> memory_;
  std::string text_;
  std::filesystem::path path_; ///< of the file, if there is one
  int file_ = -1;
  std::uint64_t size_ = 0;
};

/// The body of a request that has none.
std::unique_ptr<request_body> empty_request_body();

} // namespace troupe::http
