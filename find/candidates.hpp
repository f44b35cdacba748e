/// \file
/// The plan of a search: what the indexes say before any record is read.
#pragma once

#include "find/query.hpp"
#include "persistence/index_store.hpp"

#include <optional>
#include <vector>

namespace troupe::find {

/// What is left to be looked at.
struct candidates {
  /// Resources of the query's level that may match, in the order of arrival; nothing: all of them.
  std::optional<std::vector<persistence::resource_key>> keys;
  std::vector<const constraint*>
    open; ///< what the records must still be held against, beside metadata and labels that must not be there
};

/// Asks the indexes, the most selective ones first, from the patients down to the query's level. Once few resources are
/// left, what has not been asked yet is cheaper to see in their records. `what` must outlive the result.
candidates narrow(const persistence::read_transaction& from, const query& what);

} // namespace troupe::find
