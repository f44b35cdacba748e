/// \file
/// From a request to the DICOM files it is about.
#pragma once

#include "http/exchange.hpp"
#include "persistence/blob_file.hpp"
#include "persistence/records.hpp"

#include <optional>
#include <vector>

namespace troupe::http {

/// An instance below a resource.
struct instance_below {
  orthanc_id id;
  persistence::resource_key key = 0;
};

/// What the index knows of the instance in the path; nothing if there is none.
std::optional<persistence::instance_facts> facts_in_path(const exchange& with);

/// The instances of the resource of that level in the path, in the order of arrival; `most` of them. None if there is
/// no such resource.
std::vector<instance_below> instances_in_path(const exchange& with, resource_level level, std::size_t most);

/// The bytes of an instance. Throws `failure`.
persistence::blob_content open_file(const exchange& with, const persistence::instance_facts& facts);

/// As above; nothing if it was deleted meanwhile.
std::optional<persistence::blob_content> open_file(const exchange& with, persistence::resource_key instance);

} // namespace troupe::http
