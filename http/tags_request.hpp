/// \file
/// What requests for tags have in common: their formats, and how much they want to see.
#pragma once

#include "dicom/tags_text.hpp"
#include "http/exchange.hpp"

#include <array>

namespace troupe::http {

/// `simplify`, `short` or neither, in this order of precedence.
dicom::tag_format format_asked(const exchange& with);

/// `ignore-length` and `whole` in that format. `unknown_dicom_tag` for a name that is no tag.
result<dicom::tags_options> tags_options_asked(const exchange& with, dicom::tag_format format);

/// 200 with an object that stands for itself.
reply tags_reply(const dicom::tags_text& tags);

/// What a file that was accepted once and cannot be read now makes of a request.
error unreadable(const error& why);

inline constexpr std::array format_parameters{
  parameter_doc{"simplify", "By keyword, values only"},
  parameter_doc{"short", "By number, values only"},
  parameter_doc{"full", "By number, with name and type; this is the default"},
};
inline constexpr parameter_doc ignore_length_doc{
  "ignore-length", "Tags that are shown although their value is long: a list with commas"};
inline constexpr parameter_doc whole_doc{"whole", "Also the tags after the pixel data"};

} // namespace troupe::http
