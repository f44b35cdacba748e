#include "find/candidates.hpp"

#include "core/folded_text.hpp"
#include "persistence/item_store.hpp"
#include "persistence/tag_index.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace troupe::find {
namespace {

using persistence::read_transaction;
using persistence::resource_key;
using alternative = value_pattern::alternative;
using keys = std::vector<resource_key>;

/// So many records are read sooner than an index of many rows.
constexpr std::size_t few = 200;

void keep_common(std::optional<keys>& all, keys&& found) {
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  if (!all) {
    all = std::move(found);
    return;
  }
  keys common;
  std::ranges::set_intersection(*all, found, std::back_inserter(common));
  all = std::move(common);
}

void descend(const read_transaction& from, std::optional<keys>& all) {
  if (!all)
    return;
  keys children;
  for (const auto parent : *all)
    persistence::for_each_child_key(from, parent, [&](resource_key child) {
      children.push_back(child);
      return true;
    });
  std::ranges::sort(children);
  all = std::move(children);
}

/// The rows of one tag that a pattern describes. It may take too many, never too few.
class index_scan {
public:
  index_scan(const read_transaction& from, resource_level level, const constraint& wanted)
    : from_(from),
      level_(level),
      wanted_(wanted) {}

  keys run() {
    for (const auto& each : wanted_.pattern.alternatives())
      if (each.what == alternative::kind::range)
        scan_range(each);
      else
        scan_texts(each);
    return std::move(found_);
  }

  /// All that was taken matches, so that no record need be looked at.
  bool exact() const noexcept { return exact_; }

private:
  void take(const persistence::indexed_row& row) {
    exact_ = exact_ && row.value.size() < persistence::longest_indexed;
    found_.push_back(row.key);
  }

  void scan_texts(const alternative& each) {
    const bool is_wild = each.what == alternative::kind::wildcard;
    const auto text = persistence::indexed_value(wanted_.tag, is_wild ? ascii_prefix(each) : std::string(each.text));
    if (!is_wild && text.size() < persistence::longest_indexed) {
      take_value(text);
      return;
    }
    const bool decides = is_wild && !wanted_.pattern.case_sensitive();
    persistence::for_each_indexed(from_, level_, wanted_.tag, {.prefix = text}, [&](const auto& row) {
      if (!decides || row.value.size() == persistence::longest_indexed || matches_wildcard(each.text, row.value))
        take(row);
      return true;
    });
  }

  void take_value(std::string_view value) {
    persistence::for_each_with_value(from_, level_, wanted_.tag, value, [&](const auto& row) {
      take(row);
      return true;
    });
  }

  /// What folds the same whatever follows it.
  static std::string ascii_prefix(const alternative& wanted) {
    const auto prefix = wanted.prefix();
    const auto end = std::ranges::find_if(prefix, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    return {prefix.begin(), end};
  }

  void scan_range(const alternative& range) {
    // Values that are less precise than the beginning of the range stand before it.
    for (std::size_t size = 1; size < range.first.size(); ++size)
      if (const auto value = std::string_view(range.first).substr(0, size); in_range(value, range.first, range.last))
        take_value(value);
    persistence::for_each_indexed(from_, level_, wanted_.tag, {.first = range.first}, [&](const auto& row) {
      if (in_range(row.value, range.first, range.last))
        take(row);
      return range.last.empty() || row.value.substr(0, range.last.size()) <= range.last;
    });
  }

  const read_transaction& from_;
  resource_level level_;
  const constraint& wanted_;
  keys found_;
  bool exact_ = true;
};

/// The less, the fewer rows an index has to show.
int cost(const value_pattern& pattern) {
  int highest = 0;
  for (const auto& each : pattern.alternatives())
    if (each.what != alternative::kind::exact)
      highest = std::max(highest, each.what == alternative::kind::wildcard && each.prefix().empty() ? 2 : 1);
  return highest;
}

/// Whether the index alone can say it: case is not kept in it, nor the difference of an empty value and none.
bool index_decides(const value_pattern& pattern) {
  return !pattern.case_sensitive() && !pattern.matches_folded("");
}

/// Which index answers a constraint: that of the tag's level. Studies have the patient's tags too.
bool answers(resource_level level, resource_level asked, const constraint& wanted) {
  const bool is_place = level == resource_level::patient ? asked == resource_level::patient : true;
  const bool is_shortened = wanted.pattern.alternatives().empty();
  return is_place && !is_shortened && wanted.item.empty() && persistence::is_indexed(level, wanted.tag);
}

/// Those that have all, or any, of the labels.
void keep_labelled(const read_transaction& from, const query& what, std::optional<keys>& all) {
  keys found;
  for (const auto& label : what.labels.labels) {
    persistence::for_each_labelled(from, label, what.level,
                                   [&](resource_key key) { return found.push_back(key), true; });
    if (what.labels.which == label_filter::rule::all)
      keep_common(all, std::exchange(found, {}));
  }
  if (what.labels.which == label_filter::rule::any && !what.labels.labels.empty())
    keep_common(all, std::move(found));
}

} // namespace

candidates narrow(const read_transaction& from, const query& what) {
  candidates left;
  for (const auto& each : what.constraints)
    if (!each.universal())
      left.open.push_back(&each);
  std::ranges::stable_sort(left.open, {}, [](const constraint* each) { return cost(each->pattern); });
  for (auto at = 0; at <= static_cast<int>(what.level); ++at) {
    const auto level = static_cast<resource_level>(at);
    if (at > 0)
      descend(from, left.keys);
    for (const auto& [above, id] : what.parents)
      if (above == level) {
        const auto parent = persistence::find_resource(from, level, id);
        keep_common(left.keys, parent ? keys{parent->key} : keys{});
      }
    if (level == what.level)
      keep_labelled(from, what, left.keys);
    std::erase_if(left.open, [&](const constraint* each) {
      if (!answers(level, what.level, *each) || (left.keys && left.keys->size() <= few))
        return false;
      index_scan scan(from, level, *each);
      keep_common(left.keys, scan.run());
      return scan.exact() && index_decides(each->pattern);
    });
  }
  return left;
}

} // namespace troupe::find
