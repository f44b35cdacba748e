/// \file
/// Values of elements as text.
#pragma once

#include "dicom/charset.hpp"
#include "dicom/element_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace troupe::dicom {

/// Longer values are shown only if asked for, and are not kept in the index. Bytes of UTF-8.
inline constexpr std::size_t longest_shown = 256;

/// Whether there is a text, and which.
struct shown_value {
  enum class kind : std::uint8_t { text, too_long, none } what = kind::none;
  std::string text;
};

/// The value as the REST API shows it: texts in UTF-8 without the blanks at their end, numbers in decimal, several
/// values joined by backslashes, of AT the first tag as `gggg,eeee`. `none` for bytes (OB, OW ...) and for numbers
/// where there are none; `too_long` above `longest` bytes. Text of type UN is shown where the dictionary knows the tag.
shown_value value_text(const dicom_element& element, const charset& sets, std::size_t longest = longest_shown);

} // namespace troupe::dicom
