/// \file
/// Names and types of the DICOM tags: DCMTK's data dictionary, copied once into a table that never changes, so that
/// looking up takes no lock.
#pragma once

#include "core/instance_summary.hpp"
#include "dicom/value_representation.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace troupe::dicom {

/// What the dictionary says about a tag.
struct tag_info {
  /// DCMTK's keyword: retired ones begin with `RETIRED_`, but for main tags.
  std::string_view name;
  vr type = vr::un;
  std::uint32_t rank = 0; ///< of the name among all names, in alphabetical order
};

/// How a tag is called that is not in the dictionary.
inline constexpr std::string_view unknown_tag_name = "Unknown Tag & Data";

/// The entry of a tag; null if unknown. `private_creator` is who reserved the block, empty for tags of the standard.
/// Any thread. The first call of the process reads the dictionary.
const tag_info* find_tag(dicom_tag tag, std::string_view private_creator = {});

/// As `find_tag`, with an entry named `unknown_tag_name` for what is unknown.
const tag_info& describe_tag(dicom_tag tag, std::string_view private_creator = {});

/// The tag of the standard with that keyword (`PatientName`; retired ones with or without `RETIRED_`).
std::optional<dicom_tag> find_keyword(std::string_view keyword);

/// Copies DCMTK's dictionary anew, after a change of it. What was found before stays valid.
void reread_dictionary();
/// As above; `name` can be used like a keyword of `tag` from then on.
void reread_dictionary(dicom_tag tag, const std::string& name);

/// Whether the tag belongs to a manufacturer (odd group).
constexpr bool is_private(dicom_tag tag) noexcept {
  return (tag >> 16 & 1) != 0;
}

/// Whether the element reserves a block of private tags: `(gggg,0010)` to `(gggg,00ff)` of an odd group.
constexpr bool is_private_creator(dicom_tag tag) noexcept {
  return is_private(tag) && (tag & 0xffff) >= 0x10 && (tag & 0xffff) <= 0xff;
}

} // namespace troupe::dicom
