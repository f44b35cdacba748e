/// \file
/// Metadata that no row of `metadata` holds, since they follow from other records.
#include "core/expected_instances.hpp"
#include "core/main_dicom_tags.hpp"
#include "core/time_text.hpp"
#include "persistence/index_store.hpp"
#include "persistence/item_store.hpp"
#include "persistence/lookup.hpp"

#include <algorithm>
#include <iterator>

namespace troupe::persistence {
namespace {

using enum metadata_type;

constexpr dicom_tag instance_number = 0x00200013;
constexpr dicom_tag image_index = 0x00541330;

using texts = std::vector<std::pair<metadata_type, metadata_value>>;

void add(texts& to, metadata_type type, std::string text) {
  to.emplace_back(type, metadata_value{std::move(text)});
}

void add_number(texts& to, metadata_type type, const std::optional<std::uint64_t>& number) {
  if (number) {
    add(to, type, std::to_string(*number));
  }
}

/// Of a resource that was read when there were no extra main tags; others have it stored.
std::string tags_signature(resource_level level) {
  return troupe::main_dicom_tags_signature(level, tag_range::of_the_table);
}

/// As the tags have it, be it a number or not.
void add_index_in_series(texts& to, const tag_values& tags) {
  const tag_value* found = nullptr;
  for (const auto& each : tags) {
    const bool is_one = each.tag == instance_number || each.tag == image_index;
    if (is_one && (!found || found->value.empty())) {
      found = &each;
    }
  }
  if (found) {
    add(to, index_in_series, found->value);
  }
}

void add_facts(texts& to, const instance_facts& facts) {
  add(to, reception_date, seconds_text(facts.received));
  add(to, remote_aet, {});
  add(to, origin, facts.origin);
  add(to, transfer_syntax, facts.transfer_syntax);
  add(to, sop_class_uid, facts.sop_class);
  if (!facts.remote_ip.empty()) {
    add(to, remote_ip, facts.remote_ip);
  }
  if (facts.origin == "RestApi") {
    add(to, http_username, {});
  }
  add_number(to, pixel_data_offset, facts.pixel_data_offset);
  add(to, main_dicom_tags_signature, tags_signature(resource_level::instance));
  if (!facts.pixel_data_vr.empty()) {
    add(to, pixel_data_vr, facts.pixel_data_vr);
  }
}

/// In the order of their types.
texts derived(const read_transaction& from, const resource& of) {
  texts all;
  if (of.level == resource_level::instance) {
    if (const auto facts = find_instance(from, of.key)) {
      add_index_in_series(all, of.tags);
      add_facts(all, *facts);
    }
    return all;
  }
  if (of.level == resource_level::series) {
    add(all, remote_aet, {});
    add_number(all, expected_number_of_instances, expected_instances(of.tags));
  }
  add(all, last_update, seconds_text(of.last_update));
  add(all, main_dicom_tags_signature, tags_signature(of.level));
  return all;
}

/// Whether no other record says it.
bool is_stored_only(metadata_type type) {
  return is_users(type) || type == modified_from || type == anonymized_from;
}

} // namespace

std::vector<std::pair<metadata_type, metadata_value>> metadata_of(const read_transaction& from, const resource& of) {
  auto stored = load_all_metadata(from, of.key);
  auto others = derived(from, of);
  texts all;
  // Where both have one, the stored one counts.
  std::ranges::set_union(stored, others, std::back_inserter(all), {}, &texts::value_type::first,
                         &texts::value_type::first);
  return all;
}

std::optional<metadata_value> find_metadata(const read_transaction& from, const resource& of, metadata_type type) {
  if (auto stored = load_metadata(from, of.key, type); stored || is_stored_only(type)) {
    return stored;
  }
  auto others = derived(from, of);
  const auto found = std::ranges::find(others, type, &texts::value_type::first);
  return found == others.end() ? std::nullopt : std::optional(std::move(found->second));
}

} // namespace troupe::persistence
