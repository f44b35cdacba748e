/// \file
/// A walk through the tree of a DICOM file: data sets, sequences, items, values, fragments.
#pragma once

#include <troupe/error.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::dicom {

/// What stands at a place of the tree.
struct content {
  bool leaf = false;
  std::vector<std::string> names;    ///< of what is below: tags as `gggg-eeee`, or numbers of items or fragments
  std::uint64_t offset = 0;          ///< of a leaf in the file
  std::uint64_t length = 0;          ///< of a leaf
  std::optional<std::string> copied; ///< bytes of a leaf that do not stand in the file so: inflated, or big endian
};

/// Follows `tag/item/tag/...`; an empty path is the data set itself. Tags as of `parse_tag`. A data set has tags, a
/// sequence has items; encapsulated pixel data has fragments, the first is the offset table, and other pixel data has
/// one. Errors: `unknown_dicom_tag` for a name that is none, `inexistent_item`, and those of `scan`.
result<content> read_content(std::span<const std::byte> file, std::string_view path);

} // namespace troupe::dicom
