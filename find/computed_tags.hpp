/// \file
/// Tags that no file holds: counters and summaries of what is stored (PS3.4 C.3.4), computed when they are asked for.
#pragma once

#include "persistence/index_store.hpp"

#include <string>

namespace troupe::find {

/// A row of the table of these tags.
struct computed_tag {
  dicom_tag tag;
  resource_level level; ///< what it is computed of
};

/// The row of a tag; null for all others.
const computed_tag* find_computed_tag(dicom_tag tag) noexcept;

/// The value for a resource of the tag's level. Reads everything below it, records only where there is no other way.
std::string computed_value(const persistence::read_transaction& from, const persistence::resource& of, dicom_tag tag);

} // namespace troupe::find
