/// \file
/// What shall be changed in DICOM files: the fields of a modify request, checked once before anything is touched.
#pragma once

#include <troupe/error.hpp>

#include "core/orthanc_id.hpp"
#include "dicom/tag_path.hpp"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace troupe::dicom {

struct new_item;

/// The value that an element shall have.
struct new_value {
  enum class kind : std::uint8_t { text, bytes, items } what = kind::text;
  std::string text;            ///< UTF-8, several values joined by backslashes; or bytes
  std::vector<new_item> items; ///< of a sequence
};

struct new_element {
  dicom_tag tag = 0;
  new_value value;
};

/// An item of a new sequence.
struct new_item {
  std::vector<new_element> elements;
};

/// An element that is replaced, or inserted where it is absent.
struct replacement {
  tag_path where;
  new_value value;
};

/// The tag that identifies a resource of a level: PatientID, StudyInstanceUID ...
constexpr std::array<dicom_tag, 4> identifier_tags{0x00100020, 0x0020000d, 0x0020000e, 0x00080018};

struct modification {
  resource_level level = resource_level::study; ///< identifiers from it on are new unless replaced or kept
  std::vector<replacement> replace;
  std::vector<tag_path> remove;
  std::vector<dicom_tag> keep; ///< identifiers, and private tags that `remove_private_tags` spares
  bool remove_private_tags = false;
  std::string private_creator; ///< of the private tags in `replace`

  /// The replacement of a tag of the data set itself; null if there is none.
  const new_value* replaced(dicom_tag tag) const noexcept;
  bool keeps(dicom_tag tag) const noexcept;
  /// Whether the identifier of a level is made anew.
  bool regenerates(resource_level of) const noexcept;
};

/// Reads `Replace`, `Remove`, `Keep`, `Force`, `RemovePrivateTags`, `PrivateCreator` of a JSON object.
///
/// Errors: `bad_file_format` for a field of the wrong type, `unknown_dicom_tag` (HTTP 400), `bad_parameter_type` for a
/// value that is neither a text nor an array of objects, `bad_request` for what must not be: an identifier removed, one
/// below the level replaced, one named without `Force`, a patient without a new PatientID, a tag that has no place in a
/// data set, a value that its type does not allow.
result<modification> parse_modification(const nlohmann::json& request, resource_level level);

} // namespace troupe::dicom
