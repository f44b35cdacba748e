/// \file
/// The job types of this server.
#pragma once

#include <troupe/job_type.hpp>

#include "persistence/database.hpp"

#include <vector>

namespace troupe {

/// All of them, over that database, which must outlive them.
std::vector<job_type> builtin_job_types(const persistence::database& database);

} // namespace troupe
