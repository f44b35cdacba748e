#include "persistence/keys.hpp"
#include "persistence/removal.hpp"

#include <algorithm>

namespace troupe::persistence {
namespace {

error damaged(resource_key key) {
  return {error_code::corrupted_file, "record of resource " + std::to_string(key) + ", or of a file of it, is damaged"};
}

std::vector<resource_key> children_of(view rows, resource_key parent) {
  std::vector<resource_key> keys;
  for_each_with_prefix(rows, table::children, number_key(parent), [&](std::string_view key, std::string_view) {
    if (const auto child = number_at(key, 8)) {
      keys.push_back(*child);
    }
    return true;
  });
  return keys;
}

bool has_other_child(view rows, resource_key parent, resource_key child) {
  bool other = false;
  for_each_with_prefix(rows, table::children, number_key(parent), [&](std::string_view key, std::string_view) {
    other = number_at(key, 8) != child;
    return !other;
  });
  return other;
}

/// Takes from the tags what is needed of them, and lets go of the rest: there may be many. False if the record of an
/// attachment is damaged: nobody would know of its file any more.
bool keep_what_erases(view rows, doomed& one) {
  const auto attached = load_attachments(rows, one.what.key);
  std::size_t there = 0;
  for_each_with_prefix(rows, table::attachments, number_key(one.what.key), [&](std::string_view, std::string_view) {
    ++there;
    return true;
  });
  for (const auto& [type, blob] : attached) {
    one.attached_bytes += blob.disk_bytes();
  }
  one.index_keys = tag_index_keys(one.what);
  if (one.what.level != resource_level::series) {
    one.what.tags.clear();
  }
  one.what.patient_tags.clear();
  return attached.size() == there;
}

/// Adds the parents that are left without children; returns the nearest one that stays.
result<std::optional<resource>> collect_emptied(view rows, std::vector<doomed>& all) {
  auto child = all.front().what.key;
  auto parent = all.front().what.parent;
  while (parent != 0) {
    auto found = load_resource(rows, parent);
    if (!found) {
      return damaged(parent);
    }
    if (has_other_child(rows, parent, child)) {
      return found;
    }
    child = parent;
    parent = found->parent;
    all.push_back({*std::move(found), std::nullopt, {}, 0});
    if (!keep_what_erases(rows, all.back())) {
      return damaged(child);
    }
  }
  return std::optional<resource>{};
}

/// The parents that stay, from `nearest` up, have `count` instances less.
void count_down(writer& by, const resource& nearest, std::uint64_t count) {
  for (auto key = nearest.key; key != 0;) {
    const auto row = number_key(key);
    std::string bytes(by.rows().get(table::resources, row).value_or(std::string_view{}));
    auto state = glimpse_parent(bytes);
    const auto parent = load_resource(by.rows(), key);
    if (!state || !parent) {
      return;
    }
    state->instances -= std::min(state->instances, count);
    set_parent(bytes, *state);
    by.to.put(table::resources, row, bytes);
    key = parent->parent;
  }
}

} // namespace

result<std::vector<doomed>> collect_below(view rows, resource_key root) {
  std::vector<doomed> all;
  std::vector<resource_key> open{root};
  while (!open.empty()) {
    const auto key = open.back();
    open.pop_back();
    auto found = load_resource(rows, key);
    if (!found) {
      return damaged(key);
    }
    doomed one{*std::move(found), std::nullopt, {}, 0};
    if (one.what.level == resource_level::instance) {
      one.facts = load_instance(rows, key);
      if (!one.facts) {
        return damaged(key);
      }
    } else {
      const auto children = children_of(rows, key);
      open.insert(open.end(), children.begin(), children.end());
    }
    if (!keep_what_erases(rows, one)) {
      return damaged(key);
    }
    all.push_back(std::move(one));
  }
  return all;
}

void erase(writer& by, const doomed& one) {
  const auto& what = one.what;
  auto& totals = by.made.now.totals;
  by.to.erase(table::resources, number_key(what.key));
  by.to.erase(table::resource_ids, id_key(what.id, what.level));
  by.to.erase(table::levels, level_key(what.level, what.key));
  if (what.parent != 0) {
    by.to.erase(table::children, pair_key(what.parent, what.key));
  }
  for (const auto& key : one.index_keys) {
    by.to.erase(table::tag_index, key);
  }
  if (what.level == resource_level::series) {
    unindex_modality(by, what);
  }
  if (what.unstable_since) {
    by.to.erase(table::unstable, unstable_key(*what.unstable_since, what.level, what.key));
  }
  if (what.recyclable_since) {
    by.to.erase(table::recycling, recycling_key(*what.recyclable_since, what.key));
  }
  erase_changes(by, what);
  --totals.count[static_cast<std::size_t>(what.level)];
  erase_items(by, what.key);
  erase_labels(by, what.key, what.level);
  if (one.facts) {
    by.to.erase(table::instances, number_key(what.key));
    disown_blob(by, one.facts->blob);
  }
}

std::uint64_t removal::bytes() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& one : all) {
    sum += one.bytes();
  }
  return sum;
}

result<removal> plan_removal(view rows, resource_key root) {
  auto all = collect_below(rows, root);
  if (!all) {
    return std::move(all).error();
  }
  auto survivor = collect_emptied(rows, *all);
  if (!survivor) {
    return std::move(survivor).error();
  }
  return removal{*std::move(all), *std::move(survivor)};
}

void carry_out(writer& by, const removal& planned) {
  for (const auto& one : planned.all) {
    erase(by, one);
  }
  if (planned.survivor) {
    const auto gone = std::ranges::count_if(planned.all, [](const doomed& one) { return one.facts.has_value(); });
    count_down(by, *planned.survivor, static_cast<std::uint64_t>(gone));
  }
}

result<outcome> apply(writer& by, const remove_resource& change) {
  const auto root = load_number(by.rows(), table::resource_ids, id_key(change.id, change.level));
  if (!root) {
    return resource_removed{};
  }
  const auto planned = plan_removal(by.rows(), *root);
  if (!planned) {
    return planned.error();
  }
  carry_out(by, *planned);
  resource_removed answer{.found = true, .remaining_ancestor = std::nullopt};
  if (planned->survivor) {
    answer.remaining_ancestor = {planned->survivor->level, planned->survivor->id};
  }
  return answer;
}

} // namespace troupe::persistence
