/// \file
/// How many jobs there are.
#pragma once

#include "persistence/read_transaction.hpp"

#include <cstdint>

namespace troupe::persistence {

/// Jobs that have not finished. Costs nothing.
std::uint64_t unfinished_jobs(const read_transaction& from);

} // namespace troupe::persistence
