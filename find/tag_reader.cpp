#include "find/tag_reader.hpp"

#include "core/main_dicom_tags.hpp"
#include "dicom/tags_json.hpp"
#include "find/computed_tags.hpp"
#include "persistence/blob_file.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace troupe::find {
namespace {

using persistence::resource;
using persistence::resource_key;

constexpr std::size_t most_kept = 1000;

failure incomplete_index() {
  return failure(error(error_code::corrupted_file, "The index lacks a record"));
}

std::optional<std::string> value_in(const tag_values& tags, dicom_tag tag) {
  const auto found = std::ranges::lower_bound(tags, tag, {}, &tag_value::tag);
  return found != tags.end() && found->tag == tag ? std::optional(found->value) : std::nullopt;
}

/// The level at which a tag is kept that a resource of `level` can be asked for: its own, or the nearest above.
std::optional<resource_level> level_of(resource_level level, dicom_tag tag) {
  for (auto at = static_cast<int>(level); at >= 0; --at)
    if (find_main_dicom_tag(static_cast<resource_level>(at), tag))
      return static_cast<resource_level>(at);
  return std::nullopt;
}

} // namespace

bool tag_reader::in_index(resource_level level, dicom_tag tag) {
  const auto* const computed = find_computed_tag(tag);
  return level_of(level, tag).has_value() || (computed && computed->level <= level);
}

resource tag_reader::ancestor(const resource& of, resource_level level) {
  if (of.level <= level)
    return of;
  auto known = above_.find(of.parent);
  if (known == above_.end()) {
    if (above_.size() == most_kept)
      above_.clear();
    auto parent = persistence::find_resource(from_, of.parent);
    if (!parent)
      throw incomplete_index();
    known = above_.emplace(of.parent, *std::move(parent)).first;
  }
  const resource parent = known->second;
  return ancestor(parent, level);
}

std::optional<std::string> tag_reader::indexed(const resource& of, dicom_tag tag) {
  const auto kept = level_of(of.level, tag);
  if (!kept) {
    const auto* const computed = find_computed_tag(tag);
    return computed && computed->level <= of.level
             ? std::optional(computed_value(from_, ancestor(of, computed->level), tag))
             : std::nullopt;
  }
  // Studies keep the patient's tags as they have them.
  if (*kept == resource_level::patient && of.level >= resource_level::study)
    return value_in(ancestor(of, resource_level::study).patient_tags, tag);
  return of.level == *kept ? value_in(of.tags, tag) : value_in(ancestor(of, *kept).tags, tag);
}

const nlohmann::json& tag_reader::in_file(const resource& of, dicom_tag tag) {
  static const nlohmann::json none;
  if (file_of_ != of.key)
    load_file(of);
  const auto found = file_.find(tag_number(tag));
  return found == file_.end() || (found->is_string() && found->get_ref<const std::string&>().size() > longest_value)
           ? none
           : *found;
}

void tag_reader::load_file(const resource& of) {
  auto first = of.key;
  for (auto level = of.level; level < resource_level::instance;
       level = static_cast<resource_level>(static_cast<int>(level) + 1)) {
    resource_key child = 0;
    persistence::for_each_child_key(from_, first, [&](resource_key key) {
      child = key;
      return false;
    });
    first = child;
  }
  const auto facts = persistence::find_instance(from_, first);
  if (!facts)
    throw incomplete_index();
  if (++files_ > most_files)
    throw failure(error(error_code::parameter_out_of_range,
                        "Too many files would have to be read: add a tag that the index keeps"));
  file_ = nlohmann::json::object();
  file_of_ = of.key;
  try {
    const auto file = persistence::read_blob(storage_, facts->blob);
    if (auto tags = dicom::tags_json(file.bytes(), {.format = dicom::tag_format::brief, .ignore_length = wanted_}))
      file_ = *std::move(tags);
  } catch (const failure& gone) {
    // Deleted meanwhile, or damaged: it has no tags, and the search goes on.
    if (gone.why().code() != error_code::inexistent_file && gone.why().code() != error_code::corrupted_file)
      throw;
  }
}

std::string tag_number(dicom_tag tag) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04x,%04x", tag >> 16, tag & 0xffffU);
  return text.data();
}

} // namespace troupe::find
