/// \file
/// A ZIP archive made piece by piece: what it produces is taken away after every call, so that nothing large is held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace troupe::dicom {

/// Writes ZIP (with ZIP64 where sizes or counts need it, UTF-8 names, deflate). Throws `failure` if libarchive does.
class zip_writer {
public:
  zip_writer();
  ~zip_writer();
  zip_writer(zip_writer&&) noexcept;
  zip_writer& operator=(zip_writer&&) noexcept;

  /// Begins the entry `name` (relative, `/` between folders) of known size. The entry before it must be complete.
  void begin_entry(const std::string& name, std::uint64_t size_bytes);
  /// Adds bytes to the entry.
  void add(std::span<const std::byte> bytes);
  /// Writes the directory at the end. Nothing may be added after.
  void finish();

  /// Takes the bytes produced since the last call.
  std::string take();

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::dicom
