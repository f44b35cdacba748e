#include "find/record_check.hpp"

#include "core/main_dicom_tags.hpp"
#include "find/computed_tags.hpp"

#include <algorithm>

namespace troupe::find {
namespace {

using nlohmann::json;
using persistence::resource;
using persistence::resource_key;

constexpr std::size_t instance_at = static_cast<std::size_t>(resource_level::instance);

/// The nearest level from `level` down whose resources show the tag in the index.
std::optional<resource_level> nearest_level(resource_level level, const constraint& wanted) {
  for (auto at = static_cast<std::size_t>(level); at <= instance_at && wanted.item.empty(); ++at)
    if (tag_reader::in_index(static_cast<resource_level>(at), wanted.tag))
      return static_cast<resource_level>(at);
  return std::nullopt;
}

bool matches_text(const constraint& wanted, const std::optional<std::string>& value) {
  return wanted.pattern.universal() || (value && wanted.pattern.matches(*value));
}

/// Values in files. Items nest as deeply as the question, which is bounded.
bool matches_json(const constraint& wanted, const json& value) {
  if (wanted.item.empty())
    return value.is_string() && wanted.pattern.matches(value.get_ref<const std::string&>());
  return value.is_array() && std::ranges::any_of(value, [&](const json& item) {
           return std::ranges::all_of(wanted.item, [&](const constraint& each) {
             const auto found = item.find(tag_number(each.tag));
             return each.universal() || (found != item.end() && matches_json(each, *found));
           });
         });
}

} // namespace

record_check::record_check(tag_reader& reader, resource_level level, std::span<const constraint* const> wanted)
  : reader_(reader) {
  for (const auto* each : wanted)
    if (const auto at = nearest_level(level, *each))
      by_level_.at(static_cast<std::size_t>(*at)).push_back(each);
    else
      in_files_.push_back(each);
}

bool record_check::matches(const resource& of) {
  const auto& own = by_level_.at(static_cast<std::size_t>(of.level));
  return std::ranges::all_of(own, [&](const auto* each) { return matches_text(*each, reader_.indexed(of, each->tag)); })
         && matches_below(of.key, of.level) && std::ranges::all_of(in_files_, [&](const auto* each) {
              return matches_json(*each, reader_.in_file(of, each->tag));
            });
}

bool record_check::matches_below(resource_key parent, resource_level level) {
  const auto next = static_cast<std::size_t>(level) + 1;
  const auto is_empty = [](const auto& each) { return each.empty(); };
  if (next > instance_at
      || std::all_of(by_level_.begin() + static_cast<std::ptrdiff_t>(next), by_level_.end(), is_empty))
    return true;
  bool found = false;
  persistence::for_each_child(reader_.rows(), parent, [&](const resource& child) {
    found =
      std::ranges::all_of(by_level_.at(next),
                          [&](const auto* each) { return matches_text(*each, reader_.indexed(child, each->tag)); })
      && matches_below(child.key, child.level);
    return !found;
  });
  return found;
}

} // namespace troupe::find
