/// \file
/// Tags that the configuration adds to the dictionary (`Dictionary`).
#pragma once

#include <troupe/error.hpp>

#include "core/instance_summary.hpp"
#include "dicom/value_representation.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace troupe::dicom {

struct added_tag {
  dicom_tag tag = 0;
  vr type = vr::un;
  std::string name;
  unsigned values_min = 1;
  unsigned values_max = 1;     ///< 0: any number
  std::string private_creator; ///< empty for tags of the standard
};

/// Reads `{"gggg,eeee": [VR, name, min = 1, max = 1, private creator]}`. Errors with the tag in the details:
/// `bad_file_format` for another shape, `parameter_out_of_range` for a VR or number that is none, or a private tag
/// without creator.
result<std::vector<added_tag>> parse_added_tags(const nlohmann::json& dictionary);

/// Puts tags into DCMTK's dictionary and into ours, for the whole process; the names of private ones can be used like
/// keywords then. `already_existing_tag` where a tag or a name is known already.
result<void> add_to_dictionary(const std::vector<added_tag>& tags);

/// Forgets the private tags that come with DCMTK, for the whole process.
void forget_private_tags();

} // namespace troupe::dicom
