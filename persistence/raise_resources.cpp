#include "persistence/keys.hpp"
#include "persistence/writer.hpp"

#include <ranges>
#include <unordered_map>

namespace troupe::persistence {
namespace {

using numbers_by_key = std::unordered_map<resource_key, std::uint64_t>;

/// The newest arrival of each resource. Older ones are of instances that were replaced, or whose resource is gone:
/// their changes go too. Format 2 logged nothing but arrivals.
numbers_by_key sort_arrivals(writer& by) {
  numbers_by_key arrivals;
  std::vector<std::uint64_t> stale;
  for_each_with_prefix(by.rows(), table::changes, {}, [&](std::string_view key, std::string_view bytes) {
    const auto number = number_at(key);
    const auto change = decode_change(bytes);
    if (!number || !change) {
      return true;
    }
    const auto of = load_number(by.rows(), table::resource_ids, id_key(change->id, change->level));
    if (!of) {
      stale.push_back(*number);
      return true;
    }
    auto& arrival = arrivals[*of];
    if (arrival != 0) {
      stale.push_back(arrival);
    }
    arrival = *number;
    return true;
  });
  for (const auto number : stale) {
    by.to.erase(table::changes, number_key(number));
  }
  return arrivals;
}

void index_changes_by_kind(writer& by) {
  std::vector<std::string> rows;
  for_each_with_prefix(by.rows(), table::changes, {}, [&](std::string_view key, std::string_view bytes) {
    const auto number = number_at(key);
    const auto change = decode_change(bytes);
    if (number && change && change->kind != change_kind::new_instance) {
      rows.push_back(kind_key(change->kind, *number));
    }
    return true;
  });
  for (const auto& row : rows) {
    by.to.put(table::change_kinds, row, {});
  }
}

std::vector<resource_key> all_resources(view rows) {
  std::vector<resource_key> keys;
  for_each_with_prefix(rows, table::resources, {}, [&](std::string_view key, std::string_view) {
    if (const auto number = number_at(key)) {
      keys.push_back(*number);
    }
    return true;
  });
  return keys;
}

} // namespace

void raise_resources(writer& by) {
  const auto arrivals = sort_arrivals(by);
  index_changes_by_kind(by);
  numbers_by_key instances;
  // Children have higher keys than their parents, so that their instances are counted before.
  for (const auto key : all_resources(by.rows()) | std::views::reverse) {
    auto one = load_resource(by.rows(), key);
    if (!one) {
      continue;
    }
    const auto arrival = arrivals.find(key);
    one->arrival = arrival == arrivals.end() ? 0 : arrival->second;
    if (one->level != resource_level::instance) {
      parent_state state{one->last_update, {}, instances[key]};
      make_unstable(by, one->level, key, state); // nobody was told yet that it is stable
      one->unstable_since = state.unstable_since;
      one->instances = state.instances;
    }
    if (one->recyclable_since) {
      by.to.put(table::recycling, recycling_key(*one->recyclable_since, key), {});
    }
    instances[one->parent] += one->level == resource_level::instance ? 1 : one->instances;
    by.to.put(table::resources, number_key(key), encode(*one));
  }
}

} // namespace troupe::persistence
