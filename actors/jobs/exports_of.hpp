/// \file
/// What the log of exports says of resources that are sent to somebody.
#pragma once

#include "persistence/index_store.hpp"

#include <span>
#include <string>
#include <vector>

namespace troupe::jobs {

/// A record for each of the resources that is still there.
std::vector<persistence::export_record> exports_of(const persistence::read_transaction& from,
                                                   std::span<const orthanc_id> resources, const std::string& whom,
                                                   time_point at);

} // namespace troupe::jobs
