#include "persistence/keys.hpp"
#include "persistence/writer.hpp"

#include <array>

namespace troupe::persistence {
namespace {

/// Gives a resource other main tags: its record and its rows of the index.
void retag(writer& by, const resource& before, const instance_summary& summary) {
  resource after = before;
  after.tags = summary.tags[static_cast<std::size_t>(before.level)];
  if (before.level == resource_level::study) {
    after.patient_tags = summary.tags[0];
  }
  for (const auto& key : tag_index_keys(before)) {
    by.to.erase(table::tag_index, key);
  }
  if (before.level == resource_level::series) {
    unindex_modality(by, before);
  }
  by.to.put(table::resources, number_key(after.key), encode(after));
  index_tags(by, after);
  note_main_tags(by, after);
  if (after.level == resource_level::series) {
    index_modality(by, after);
  }
}

void put_facts(writer& by, resource_key key, instance_facts facts, const instance_summary& summary) {
  facts.transfer_syntax = summary.transfer_syntax;
  facts.sop_class = summary.sop_class;
  facts.pixel_data_offset = summary.pixel_data_offset;
  facts.pixel_data_vr = summary.pixel_data_vr;
  facts.index_in_series = summary.index_in_series;
  by.to.put(table::instances, number_key(key), encode(facts));
}

} // namespace

result<outcome> apply(writer& by, const reread_instance& change) {
  constexpr auto instance_at = static_cast<std::size_t>(resource_level::instance);
  std::array<std::optional<resource>, 4> family;
  for (std::size_t level = 0; level < family.size(); ++level) {
    const auto key = load_number(by.rows(), table::resource_ids,
                                 id_key(change.summary.ids[level], static_cast<resource_level>(level)));
    family[level] = key ? load_resource(by.rows(), *key) : std::nullopt;
    if (!family[level]) {
      return applied{false};
    }
  }
  const auto key = family[instance_at]->key;
  auto facts = load_instance(by.rows(), key);
  if (!facts) {
    return applied{false};
  }
  for (std::size_t level = 0; level < family.size(); ++level) {
    if (change.levels[level]) {
      retag(by, *family[level], change.summary);
    }
  }
  put_facts(by, key, *std::move(facts), change.summary);
  return applied{};
}

} // namespace troupe::persistence
