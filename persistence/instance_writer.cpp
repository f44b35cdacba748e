#include "core/expected_instances.hpp"
#include "core/main_dicom_tags.hpp"
#include "persistence/keys.hpp"
#include "persistence/removal.hpp"

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

/// Notes that a new patient, study or series has its first instance.
void begin_family(writer& by, resource& added) {
  parent_state state{added.last_update, {}, 1};
  make_unstable(by, added.level, added.key, state);
  added.unstable_since = state.unstable_since;
  added.instances = state.instances;
  if (added.level == resource_level::patient) {
    added.recyclable_since = added.last_update;
    by.to.put(table::recycling, recycling_key(added.last_update, added.key), {});
  }
}

void put_resource(writer& by, const add_instance& change, const family& keys, std::size_t level,
                  std::uint64_t arrival) {
  resource added;
  added.key = keys[level];
  added.level = static_cast<resource_level>(level);
  added.id = change.summary.ids[level];
  added.parent = level == 0 ? 0 : keys[level - 1];
  added.tags = change.summary.tags[level];
  added.last_update = change.facts.received;
  added.arrival = arrival;
  if (added.level == resource_level::study) {
    added.patient_tags = change.summary.tags[0];
  }
  if (added.level != resource_level::instance) {
    begin_family(by, added);
  }
  by.to.append(table::resources, number_key(added.key), encode(added));
  index_tags(by, added);
  if (has_extra_main_dicom_tags(added.level)) {
    note_main_tags(by, added);
  }
  if (added.level == resource_level::series) {
    index_modality(by, added);
  }
}

/// Makes the resources that are missing from `keys`, and logs their arrival from the instance up.
void create_missing(writer& by, const add_instance& change, family& keys) {
  auto& now = by.made.now;
  const auto first = static_cast<std::size_t>(std::ranges::find(keys, resource_key{0}) - keys.begin());
  std::array<std::uint64_t, level_count> arrivals{};
  for (auto level = level_count; level-- > first;) {
    arrivals[level] =
      put_arrival(by, static_cast<resource_level>(level), change.summary.ids[level], change.facts.received);
  }
  for (auto level = first; level < level_count; ++level) {
    keys[level] = ++now.last_resource;
    put_resource(by, change, keys, level, arrivals[level]);
    const auto at = static_cast<resource_level>(level);
    const auto& id = change.summary.ids[level];
    by.to.put(table::resource_ids, id_key(id, at), encode_number(keys[level]));
    by.to.append(table::levels, level_key(at, keys[level]), encode_id(id));
    if (level > 0) {
      by.to.append(table::children, pair_key(keys[level - 1], keys[level]), encode_id(id));
    }
    ++now.totals.count[level];
  }
}

/// The parents have news: `count` of them from the patient on have one more instance.
void touch(writer& by, const family& keys, std::size_t count, time_point at) {
  for (std::size_t level = 0; level < count; ++level) {
    const auto row = number_key(keys[level]);
    std::string bytes(by.rows().get(table::resources, row).value_or(std::string_view{}));
    auto state = glimpse_parent(bytes);
    if (!state) {
      by.rows().origin().note_undecodable(table::resources, row);
      continue;
    }
    state->last_update = at;
    ++state->instances;
    if (!state->unstable_since) {
      make_unstable(by, static_cast<resource_level>(level), keys[level], *state);
    }
    set_parent(bytes, *state);
    by.to.put(table::resources, row, bytes);
  }
}

void put_facts(writer& by, const add_instance& change, resource_key key) {
  by.to.append(table::instances, number_key(key), encode(change.facts));
  own_blob(by, {change.facts.blob, change.content}, key);
}

/// Logs that a series has got the last of the instances that it should have.
void note_completion(writer& by, resource_key series, time_point at) {
  const auto found = load_resource(by.rows(), series);
  if (found && expected_instances(found->tags) == found->instances
      && status_of_series(by.rows(), *found) == series_status::complete) {
    put_change(by, change_kind::completed_series, *found, at);
  }
}

/// Files whose MD5 was not kept are taken for different ones: the new one is the one that was meant to be stored.
bool surely_same(const stored_blob& one, const stored_blob& other) {
  return one.size_bytes == other.size_bytes && one.md5 == other.md5 && !one.md5.empty();
}

bool stays(view rows, const add_instance& change, resource_key stored) {
  if (change.overwrite != overwrite_mode::if_changed) {
    return change.overwrite == overwrite_mode::never;
  }
  const auto old = load_instance(rows, stored);
  return old && surely_same(old->blob, change.facts.blob);
}

} // namespace

result<outcome> apply(writer& by, const add_instance& change) {
  if (auto wrong = check_new_blob(by, {change.facts.blob, change.content}); wrong.code() != error_code::success) {
    return wrong;
  }
  auto found = find_family(by.rows(), change.summary);
  if (!found) {
    return std::move(found).error();
  }
  auto& keys = *found;
  const bool is_stored = keys[instance_at] != 0;
  if (is_stored && stays(by.rows(), change, keys[instance_at])) {
    refuse_blob(by, change.facts.blob);
    return instance_added{.already_stored = true};
  }
  // What is replaced goes away first, with parents that have nothing else, as if it had been deleted.
  const auto replaced = is_stored ? plan_removal(by.rows(), keys[instance_at]) : result<removal>(removal{});
  if (!replaced) {
    return replaced.error();
  }
  const auto bytes = change.facts.blob.disk_bytes();
  const auto freed = std::min(replaced->bytes(), bytes);
  const wanted_room wanted{bytes - freed, keys[0] == 0 ? 1U : 0U, keys[0]};
  if (auto why = make_room(by, wanted); why.code() != error_code::success) {
    return why;
  }
  carry_out(by, *replaced);
  for (const auto& one : replaced->all) {
    keys[static_cast<std::size_t>(one.what.level)] = 0;
  }
  const auto parents_there = static_cast<std::size_t>(std::ranges::find(keys, resource_key{0}) - keys.begin());
  create_missing(by, change, keys);
  touch(by, keys, parents_there, change.facts.received);
  put_facts(by, change, keys[instance_at]);
  note_completion(by, keys[instance_at - 1], change.facts.received);
  return instance_added{};
}

} // namespace troupe::persistence
