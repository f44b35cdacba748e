#include "persistence/keys.hpp"
#include "persistence/writer.hpp"

namespace troupe::persistence {
namespace {

/// Arrivals of instances are most of the log: whoever looks for them finds them there.
bool has_kind_row(change_kind kind) {
  return kind != change_kind::new_instance;
}

std::uint64_t append(writer& by, const change_record& change) {
  const auto number = ++by.made.now.last_change;
  by.to.append(table::changes, number_key(number), encode(change));
  if (has_kind_row(change.kind)) {
    by.to.put(table::change_kinds, kind_key(change.kind, number), {});
  }
  return number;
}

void erase_change(writer& by, std::uint64_t number) {
  const auto key = number_key(number);
  const auto bytes = by.rows().get(table::changes, key);
  const auto change = bytes ? decode_change(*bytes) : std::nullopt;
  if (change && has_kind_row(change->kind)) {
    by.to.erase(table::change_kinds, kind_key(change->kind, number));
  }
  by.to.erase(table::changes, key);
}

} // namespace

void put_change(writer& by, change_kind kind, const resource& of, time_point at) {
  const auto number = append(by, {kind, of.level, of.id, at});
  by.to.put(table::resource_changes, pair_key(of.key, number), {});
}

std::uint64_t put_arrival(writer& by, resource_level level, const orthanc_id& id, time_point at) {
  return append(by, {arrival_of(level), level, id, at});
}

void erase_changes(writer& by, const resource& of) {
  erase_change(by, of.arrival);
  std::vector<std::uint64_t> later;
  for_each_with_prefix(by.rows(), table::resource_changes, number_key(of.key), [&](std::string_view key, auto) {
    later.push_back(number_at(key, 8).value_or(0));
    return true;
  });
  for (const auto number : later) {
    erase_change(by, number);
    by.to.erase(table::resource_changes, pair_key(of.key, number));
  }
}

result<outcome> apply(writer& by, const log_change& change) {
  const auto key = load_number(by.rows(), table::resource_ids, id_key(change.id, change.level));
  const auto of = key ? load_resource(by.rows(), *key) : std::nullopt;
  if (of) {
    put_change(by, change.kind, *of, change.at);
  }
  return applied{of.has_value()};
}

result<outcome> apply(writer& by, const clear_changes& /*change*/) {
  // The numbers of arrivals in the records lead nowhere from now on: none is used twice.
  for (const auto each : {table::changes, table::change_kinds, table::resource_changes}) {
    by.to.clear(each);
  }
  return applied{};
}

} // namespace troupe::persistence
