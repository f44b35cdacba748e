/// \file
/// The answer to a question.
#pragma once

#include "find/query.hpp"
#include "persistence/database.hpp"
#include "persistence/index_store.hpp"

#include <vector>

namespace troupe::find {

/// The resources that match, in their order, from `since` on and `limit` at most. May take long and read files: on a
/// cpu thread. Throws `failure`: `parameter_out_of_range` where too many files would have to be read.
std::vector<persistence::resource_key> search(const persistence::database& storage,
                                              const persistence::read_transaction& from, const query& what);

} // namespace troupe::find
