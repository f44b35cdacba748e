/// \file
/// Resources by the values of the tags that they are looked for by most: table `tag_index`.
///
/// A value is kept as it is compared, and shortened. Every resource of a level
/// has a row for every tag of its level, with an empty value where it has none, so that the rows of a tag are all its
/// resources in the order of the values. Where a value holds backslashes there is a row for the whole and one for each
/// part.
#pragma once

#include "persistence/read_transaction.hpp"
#include "persistence/records.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace troupe::persistence {

/// A longer value is cut: what matches its beginning is to be held against the record.
inline constexpr std::size_t longest_indexed = 128;

/// A study's modalities: one row for each that its series have, none where they have none.
inline constexpr dicom_tag modalities_in_study = 0x00080061;

/// The tags of a level that are indexed; of studies also those of their patient.
std::span<const dicom_tag> indexed_tags(resource_level level) noexcept;
bool is_indexed(resource_level level, dicom_tag tag) noexcept;

/// A value of a tag as it is compared: folded, a date without separators.
std::string comparable_value(dicom_tag tag, std::string_view value);
/// The same, shortened: as the rows have it.
std::string indexed_value(dicom_tag tag, std::string_view value);

/// A row: a value of a resource, or one of those that backslashes separate in its value.
struct indexed_row {
  std::string_view value;
  resource_key key = 0;
  bool is_part = false;
};

/// Which rows are visited, and in which order: those whose values begin with `prefix`, or those from `first` on.
struct index_walk {
  std::string_view prefix = {};
  std::string_view first = {}; ///< only without a prefix
  bool descending = false;     ///< only without both
};

/// Visits rows of a tag, ordered by value, then by arrival, until `visit` returns false.
void for_each_indexed(const read_transaction& from, resource_level level, dicom_tag tag, const index_walk& which,
                      const std::function<bool(const indexed_row&)>& visit);
/// The resources that have exactly this value (`indexed_value`), at the cost of those alone.
void for_each_with_value(const read_transaction& from, resource_level level, dicom_tag tag, std::string_view value,
                         const std::function<bool(const indexed_row&)>& visit);

} // namespace troupe::persistence
