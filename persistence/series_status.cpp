#include "core/expected_instances.hpp"
#include "persistence/keys.hpp"
#include "persistence/lookup.hpp"

#include <set>

namespace troupe::persistence {

series_status status_of_series(view rows, const resource& series) {
  const auto expected = expected_instances(series.tags);
  if (!expected) {
    return series_status::unknown;
  }
  std::set<std::uint64_t> seen;
  std::optional<series_status> verdict;
  for_each_with_prefix(rows, table::children, number_key(series.key), [&](std::string_view key, std::string_view) {
    const auto child = number_at(key, 8);
    const auto facts = child ? load_instance(rows, *child) : std::nullopt;
    const auto index = facts ? facts->index_in_series : std::nullopt;
    if (!index) {
      verdict = series_status::unknown;
    } else if (*index == 0 || *index > *expected || !seen.insert(*index).second) {
      verdict = series_status::inconsistent;
    }
    return !verdict;
  });
  return verdict.value_or(seen.size() == *expected ? series_status::complete : series_status::missing);
}

} // namespace troupe::persistence
