#include "persistence/keys.hpp"
#include "persistence/writer.hpp"

namespace troupe::persistence {
namespace {

/// The key of the resource that a change of labels is about, if it is there.
template <class Change>
std::optional<resource_key> owner_of(const writer& by, const Change& change) {
  return load_number(by.rows(), table::resource_ids, id_key(change.id, change.level));
}

error unknown_resource() {
  return {error_code::unknown_resource, "There is no such resource"};
}

} // namespace

result<outcome> apply(writer& by, const put_label& change) {
  const auto key = owner_of(by, change);
  if (!key) {
    return unknown_resource();
  }
  const auto row = named_key(*key, change.label);
  if (by.rows().contains(table::labels, row)) {
    return applied{false};
  }
  by.to.put(table::labels, row, {});
  by.to.put(table::label_index, label_key(change.label, change.level, *key), {});
  return applied{};
}

result<outcome> apply(writer& by, const remove_label& change) {
  const auto key = owner_of(by, change);
  if (!key) {
    return unknown_resource();
  }
  by.to.erase(table::label_index, label_key(change.label, change.level, *key));
  return applied{by.to.erase(table::labels, named_key(*key, change.label))};
}

void erase_labels(writer& by, resource_key key, resource_level level) {
  std::vector<std::string> labels;
  for_each_with_prefix(by.rows(), table::labels, number_key(key), [&](std::string_view row, std::string_view) {
    labels.emplace_back(row.substr(8));
    return true;
  });
  for (const auto& label : labels) {
    by.to.erase(table::labels, named_key(key, label));
    by.to.erase(table::label_index, label_key(label, level, key));
  }
}

} // namespace troupe::persistence
