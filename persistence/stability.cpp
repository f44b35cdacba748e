#include "persistence/keys.hpp"
#include "persistence/writer.hpp"

namespace troupe::persistence {
namespace {

/// Settles the resource of a row of `unstable`. An update that came after the row was written moves it: uploads leave
/// rows alone.
void settle(writer& by, const std::string& row, time_point at) {
  by.to.erase(table::unstable, row);
  const auto key = number_at(row, 9);
  auto found = key ? load_resource(by.rows(), *key) : std::nullopt;
  if (!found || !found->unstable_since) {
    return;
  }
  if (found->last_update > *found->unstable_since) {
    found->unstable_since = found->last_update;
    by.to.put(table::unstable, unstable_key(found->last_update, found->level, found->key), {});
  } else {
    found->unstable_since.reset();
    put_change(by, stability_of(found->level), *found, at);
  }
  by.to.put(table::resources, number_key(found->key), encode(*found));
}

std::string first_row(view rows) {
  cursor at(rows, table::unstable);
  return at.first() ? std::string(at.key()) : std::string{};
}

} // namespace

void make_unstable(writer& by, resource_level level, resource_key key, parent_state& state) {
  state.unstable_since = state.last_update;
  by.to.put(table::unstable, unstable_key(state.last_update, level, key), {});
  ++by.made.became_unstable;
}

result<outcome> apply(writer& by, const settle_stable& change) {
  const auto end = time_key(change.before + microseconds{1});
  for (auto left = change.most; left > 0; --left) {
    const auto row = first_row(by.rows());
    if (row.empty() || row >= end) {
      return stability_settled{.more = false};
    }
    settle(by, row, change.at);
  }
  return stability_settled{.more = true};
}

} // namespace troupe::persistence
