/// \file
/// Where things lie in the directory of the database.
#pragma once

#include "persistence/records.hpp"

#include <filesystem>
#include <optional>
#include <string_view>

namespace troupe::persistence {

/// Paths below one directory. Says where, does nothing.
class layout {
public:
  explicit layout(std::filesystem::path root) : root_(std::move(root)) {}

  const std::filesystem::path& root() const noexcept { return root_; }

  std::filesystem::path index() const { return root_ / "index"; }

  std::filesystem::path storage() const { return root_ / "storage"; }

  std::filesystem::path incoming() const { return root_ / "incoming"; }

  std::filesystem::path outputs() const { return root_ / "outputs"; }

  /// `storage/00/12/001234.dcm` for 0x001234: at most 256 files a directory; longer numbers lengthen the first part.
  std::filesystem::path blob(blob_number number) const;
  /// The number of a blob by its file's path; nothing for a path that `blob` does not give.
  std::optional<blob_number> blob_of(const std::filesystem::path& file) const;

private:
  std::filesystem::path root_;
};

/// The number that lower-case hexadecimal digits stand for.
std::optional<std::uint64_t> parse_hexadecimal(std::string_view digits);

} // namespace troupe::persistence
