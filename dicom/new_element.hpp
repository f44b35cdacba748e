/// \file
/// Elements made from the values of a modification.
#pragma once

#include <troupe/error.hpp>

#include "dicom/charset.hpp"
#include "dicom/modification.hpp"
#include "dicom/value_representation.hpp"

#include <memory>
#include <optional>
#include <string_view>

class DcmElement;

namespace troupe::dicom {

/// What is known of the place of a new element.
struct element_place {
  dicom_tag tag = 0;
  std::optional<vr> before;         ///< type of the element that is replaced
  std::string_view private_creator; ///< of private tags, where there is one
};

/// The type that an element shall have: the dictionary's, or that of the one before; private ones that nobody knows are
/// LO, others UN.
vr type_of(const element_place& place, const new_value& value);

/// `bad_request` if the tag cannot have that value, as far as that can be told without a file.
result<void> check_value(dicom_tag tag, const new_value& value);

/// Whether the texts can be written in these character sets.
bool encodable(const new_value& value, const charset& sets);

/// The element, its texts in `sets`. `bad_request` if it cannot have the value.
result<std::unique_ptr<DcmElement>> make_element(const element_place& place, const new_value& value,
                                                 const charset& sets);

} // namespace troupe::dicom
