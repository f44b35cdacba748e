#include "persistence/index_store.hpp"

#include "persistence/keys.hpp"
#include "persistence/lookup.hpp"

namespace troupe::persistence {
namespace {

/// The name that a value of `levels` or `children` holds; notes it if that fails.
std::optional<orthanc_id> name_of(view rows, table in, std::string_view key, std::string_view bytes) {
  const auto id = decode_id(bytes);
  if (!id) {
    rows.origin().note_undecodable(in, key);
  }
  return id;
}

/// Calls `visit(key, value)` for the rows of a level behind the first `since`.
template <class Visit>
void walk_level(view rows, resource_level level, std::uint64_t since, Visit visit) {
  const std::string prefix(1, static_cast<char>(level));
  for_each_with_prefix(rows, table::levels, prefix, [&](std::string_view key, std::string_view value) {
    if (since > 0) {
      --since;
      return true;
    }
    return static_cast<bool>(visit(key, value));
  });
}

/// Calls `visit` with the record of the resource whose key lies at `offset`; true where it cannot be read.
bool visit_record(view rows, std::string_view key, std::size_t offset,
                  const std::function<bool(const resource&)>& visit) {
  const auto number = number_at(key, offset);
  const auto found = number ? load_resource(rows, *number) : std::nullopt;
  return !found || visit(*found);
}

/// Adds the files of a resource itself.
void add_files(const read_transaction& from, const resource& of, resource_statistics& to) {
  const auto add = [&](const stored_blob& blob) {
    to.disk_bytes += blob.disk_bytes();
    to.uncompressed_bytes += blob.size_bytes;
  };
  if (const auto facts = of.level == resource_level::instance ? load_instance(from, of.key) : std::nullopt) {
    to.dicom_disk_bytes += facts->blob.disk_bytes();
    to.dicom_uncompressed_bytes += facts->blob.size_bytes;
    add(facts->blob);
  }
  for (const auto& [type, blob] : load_attachments(from, of.key)) {
    add(blob);
  }
}

} // namespace

std::optional<resource> find_resource(const read_transaction& from, resource_level level, const orthanc_id& id) {
  const auto key = load_number(from, table::resource_ids, id_key(id, level));
  return key ? load_resource(from, *key) : std::nullopt;
}

std::optional<resource> find_resource(const read_transaction& from, const orthanc_id& id) {
  std::optional<resource> found;
  for_each_with_prefix(from, table::resource_ids, id_key(id), [&](std::string_view, std::string_view value) {
    const auto key = decode_number(value);
    found = key ? load_resource(from, *key) : std::nullopt;
    return !found;
  });
  return found;
}

std::optional<resource> find_resource(const read_transaction& from, resource_key key) {
  return load_resource(from, key);
}

void for_each_resource(const read_transaction& from, resource_level level, std::uint64_t since,
                       const std::function<bool(const resource&)>& visit) {
  walk_level(from, level, since,
             [&](std::string_view key, std::string_view) { return visit_record(from, key, 1, visit); });
}

void for_each_id(const read_transaction& from, resource_level level, std::uint64_t since,
                 const std::function<bool(const orthanc_id&)>& visit) {
  walk_level(from, level, since, [&](std::string_view key, std::string_view value) {
    const auto id = name_of(from, table::levels, key, value);
    return !id || visit(*id);
  });
}

void for_each_child(const read_transaction& from, resource_key parent,
                    const std::function<bool(const resource&)>& visit) {
  for_each_with_prefix(from, table::children, number_key(parent),
                       [&](std::string_view key, std::string_view) { return visit_record(from, key, 8, visit); });
}

std::vector<orthanc_id> child_ids(const read_transaction& from, resource_key parent) {
  std::vector<orthanc_id> ids;
  for_each_with_prefix(from, table::children, number_key(parent), [&](std::string_view key, std::string_view value) {
    if (const auto id = name_of(from, table::children, key, value)) {
      ids.push_back(*id);
    }
    return true;
  });
  return ids;
}

void for_each_below(const read_transaction& from, const resource& above, resource_level level,
                    const std::function<bool(const resource&)>& visit) {
  bool go_on = true;
  const std::function<void(const resource&)> descend = [&](const resource& parent) { // at most three deep
    for_each_child(from, parent.key, [&](const resource& child) {
      if (child.level == level) {
        go_on = visit(child);
      } else if (child.level < level) {
        descend(child);
      }
      return go_on;
    });
  };
  descend(above);
}

std::optional<resource> find_above(const read_transaction& from, resource of, resource_level level) {
  std::optional<resource> found(std::move(of));
  while (found && found->level > level) {
    found = find_resource(from, found->parent);
  }
  return found;
}

resource_statistics statistics_of(const read_transaction& from, const resource& of) {
  resource_statistics all;
  const std::function<void(const resource&)> descend = [&](const resource& parent) { // at most three deep
    add_files(from, parent, all);
    for_each_child(from, parent.key, [&](const resource& child) {
      ++all.count[static_cast<std::size_t>(child.level)];
      descend(child);
      return true;
    });
  };
  descend(of);
  return all;
}

void for_each_child_key(const read_transaction& from, resource_key parent,
                        const std::function<bool(resource_key)>& visit) {
  for_each_with_prefix(from, table::children, number_key(parent), [&](std::string_view key, std::string_view) {
    const auto child = number_at(key, 8);
    return !child || visit(*child);
  });
}

void for_each_key(const read_transaction& from, resource_level level, const std::function<bool(resource_key)>& visit) {
  walk_level(from, level, 0, [&](std::string_view key, std::string_view) {
    const auto number = number_at(key, 1);
    return !number || visit(*number);
  });
}

std::optional<orthanc_id> find_id(const read_transaction& from, resource_level level, resource_key key) {
  const auto name = level_key(level, key);
  const auto bytes = view(from).get(table::levels, name);
  return bytes ? name_of(from, table::levels, name, *bytes) : std::nullopt;
}

std::optional<instance_facts> find_instance(const read_transaction& from, resource_key instance) {
  return load_instance(from, instance);
}

series_status status_of(const read_transaction& from, const resource& series) {
  return status_of_series(from, series);
}

index_statistics statistics(const read_transaction& from) {
  return load_counters(from).totals;
}

} // namespace troupe::persistence
