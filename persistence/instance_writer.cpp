#include "persistence/keys.hpp"
#include "persistence/writer.hpp"

#include <algorithm>
#include <array>

namespace troupe::persistence {
namespace {

constexpr std::size_t level_count = 4;
constexpr auto instance_at = static_cast<std::size_t>(resource_level::instance);

/// The keys of an instance and its parents by level; 0 where there is none yet.
using family = std::array<resource_key, level_count>;

/// Which part of the family is there. An error if a record in between cannot be read.
result<family> find_family(view rows, const instance_summary& summary) {
  family keys{};
  std::size_t level = level_count;
  while (level-- > 0) {
    const auto at = static_cast<resource_level>(level);
    const auto name = id_key(summary.id(at), at);
    const auto key = load_number(rows, table::resource_ids, name);
    if (!key && rows.contains(table::resource_ids, name)) {
      return error(error_code::corrupted_file, "name of a resource is damaged: " + summary.id(at).text());
    }
    if (!key) {
      continue;
    }
    keys[level] = *key;
    for (; level > 0; --level) {
      const auto child = load_resource(rows, keys[level]);
      if (!child || child->parent == 0) {
        return error(error_code::corrupted_file,
                     "record of a parent of the instance is damaged: resource " + std::to_string(keys[level]));
      }
      keys[level - 1] = child->parent;
    }
    return keys;
  }
  return keys;
}

change_kind arrival_of(std::size_t level) {
  return static_cast<change_kind>(instance_at - level);
}

void put_resource(writer& by, const add_instance& change, const family& keys, std::size_t level) {
  resource added;
  added.key = keys[level];
  added.level = static_cast<resource_level>(level);
  added.id = change.summary.ids[level];
  added.parent = level == 0 ? 0 : keys[level - 1];
  added.tags = change.summary.tags[level];
  added.last_update = change.facts.received;
  if (added.level == resource_level::study) {
    added.patient_tags = change.summary.tags[0];
  }
  by.to.append(table::resources, number_key(added.key), encode(added));
  index_tags(by, added);
  if (added.level == resource_level::series) {
    index_modality(by, added);
  }
}

/// Makes the resources that are missing from `keys`, and the records of their arrival.
void create_missing(writer& by, const add_instance& change, family& keys) {
  auto& now = by.made.now;
  const auto first = static_cast<std::size_t>(std::ranges::find(keys, resource_key{0}) - keys.begin());
  for (auto level = first; level < level_count; ++level) {
    keys[level] = ++now.last_resource;
    put_resource(by, change, keys, level);
    const auto at = static_cast<resource_level>(level);
    const auto& id = change.summary.ids[level];
    by.to.put(table::resource_ids, id_key(id, at), encode_number(keys[level]));
    by.to.append(table::levels, level_key(at, keys[level]), encode_id(id));
    if (level > 0) {
      by.to.append(table::children, pair_key(keys[level - 1], keys[level]), encode_id(id));
    }
    ++now.totals.count[level];
  }
  for (auto level = level_count; level-- > first;) {
    const change_record record{arrival_of(level), static_cast<resource_level>(level), change.summary.ids[level],
                               change.facts.received};
    by.to.append(table::changes, number_key(++now.last_change), encode(record));
  }
}

/// The parents have news: `count` of them from the patient on.
void touch(writer& by, const family& keys, std::size_t count, time_point at) {
  for (std::size_t level = 0; level < count; ++level) {
    const auto key = number_key(keys[level]);
    std::string bytes(by.rows().get(table::resources, key).value_or(std::string_view{}));
    if (set_last_update(bytes, at)) {
      by.to.put(table::resources, key, bytes);
    } else {
      by.rows().origin().note_undecodable(table::resources, key);
    }
  }
}

void put_facts(writer& by, const add_instance& change, resource_key key) {
  const auto& blob = change.facts.blob;
  by.to.append(table::instances, number_key(key), encode(change.facts));
  by.to.append(table::blobs, number_key(blob.number), encode_number(key));
  by.made.directories.insert(by.where.blob(blob.number).parent_path());
  by.made.now.totals.disk_bytes += blob.size_bytes;
  by.made.now.totals.uncompressed_bytes += blob.size_bytes;
}

/// Puts the new file in place of the stored one.
void replace(writer& by, const add_instance& change, const family& keys, const stored_blob& old) {
  by.to.erase(table::blobs, number_key(old.number));
  discard_blob(by, old.number);
  by.made.now.totals.disk_bytes -= old.size_bytes;
  by.made.now.totals.uncompressed_bytes -= old.size_bytes;
  put_resource(by, change, keys, instance_at);
  const change_record record{change_kind::new_instance, resource_level::instance, change.summary.ids[instance_at],
                             change.facts.received};
  by.to.append(table::changes, number_key(++by.made.now.last_change), encode(record));
}

void settle(writer& by, blob_number number) {
  by.made.settled.push_back(number);
  by.made.now.last_blob = std::max(by.made.now.last_blob, number);
}

} // namespace

result<outcome> apply(writer& by, const add_instance& change) {
  const auto number = change.facts.blob.number;
  if (number == 0 || by.rows().contains(table::blobs, number_key(number))) {
    return error(error_code::internal_error, "blob " + std::to_string(number) + " is not a new one");
  }
  auto found = find_family(by.rows(), change.summary);
  if (!found) {
    return std::move(found).error();
  }
  auto& keys = *found;
  const bool is_stored = keys[instance_at] != 0;
  if (is_stored && !change.overwrite) {
    discard_blob(by, number);
    settle(by, number);
    return instance_added{.already_stored = true};
  }
  const auto old = is_stored ? load_instance(by.rows(), keys[instance_at]) : std::nullopt;
  if (is_stored && !old) {
    return error(error_code::corrupted_file,
                 "record of the stored instance is damaged: resource " + std::to_string(keys[instance_at]));
  }

  const auto parents_there = static_cast<std::size_t>(std::ranges::find(keys, resource_key{0}) - keys.begin());
  if (old) {
    replace(by, change, keys, old->blob);
  } else {
    create_missing(by, change, keys);
  }
  touch(by, keys, std::min(parents_there, instance_at), change.facts.received);
  put_facts(by, change, keys[instance_at]);
  settle(by, number);
  return instance_added{};
}

} // namespace troupe::persistence
