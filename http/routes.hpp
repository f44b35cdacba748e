/// \file
/// Every route of the server.
#pragma once

#include "http/route.hpp"

#include <vector>

namespace troupe::http {

/// The rows of all families (http/routes/families.hpp).
std::vector<route> all_routes();

} // namespace troupe::http
