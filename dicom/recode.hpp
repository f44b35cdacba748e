/// \file
/// The texts of a whole data set from one character set into another.
#pragma once

#include "dicom/charset.hpp"
#include "dicom/value_representation.hpp"

class DcmElement;
class DcmItem;

namespace troupe::dicom {

/// The type of an element.
vr type_of(const DcmElement& element);

/// Whether items below say a character set of their own.
bool has_inner_character_set(DcmItem& data_set);

/// Writes every text that is in `from` (or in what an item says) in `to`, and removes what items say. The
/// SpecificCharacterSet of `data_set` itself is the caller's. False, with the data set in between, if a text cannot be
/// written in `to`.
bool recode(DcmItem& data_set, const charset& from, const charset& to);

} // namespace troupe::dicom
