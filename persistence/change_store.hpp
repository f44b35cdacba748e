/// \file
/// Reading the log of changes and the log of what was sent. Writing goes through persistence/batch.hpp.
#pragma once

#include "persistence/read_transaction.hpp"
#include "persistence/records.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace troupe::persistence {

/// A change with its number.
struct numbered_change {
  std::uint64_t number = 0;
  change_record what;
};

/// An export with its number.
struct numbered_export {
  std::uint64_t number = 0;
  export_record what;
};

/// Which part of the log of changes is asked for.
struct change_query {
  std::uint64_t since = 0;            ///< numbers above this one
  std::optional<std::uint64_t> until; ///< and up to this one
  std::uint64_t limit = 0;
  bool newest = false;            ///< of more than `limit` the last ones, not the first ones
  std::vector<change_kind> kinds; ///< none: all of them
};

/// A part of a log, in its order.
template <class Entry>
struct log_page {
  std::vector<Entry> entries;
  bool done = true; ///< no more of what was asked for lies beyond: behind the last one, with `newest` before the first
};

/// Changes as asked for. Costs as much as they are many; those of chosen kinds among which are new instances as much as
/// lies between them.
log_page<numbered_change> find_changes(const read_transaction& from, const change_query& which);
/// Number of the last change there ever was; 0 if there was none.
std::uint64_t last_change(const read_transaction& from);

/// At most `limit` exports behind a number.
log_page<numbered_export> find_exports(const read_transaction& from, std::uint64_t since, std::uint64_t limit);
/// The newest one that is still there.
std::optional<numbered_export> newest_export(const read_transaction& from);

/// When the first of the resources that are not stable yet was updated, by its row: never too late.
std::optional<time_point> first_unstable(const read_transaction& from);

} // namespace troupe::persistence
