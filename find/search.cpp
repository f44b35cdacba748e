#include "find/search.hpp"

#include "core/folded_text.hpp"
#include "find/candidates.hpp"
#include "find/record_check.hpp"
#include "persistence/item_store.hpp"
#include "persistence/tag_index.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace troupe::find {
namespace {

using persistence::resource;
using persistence::resource_key;

/// Fewer are put in order by their records; more by the index, where it has the order.
constexpr std::size_t many = 500;

/// What a resource is ordered by.
struct sort_value {
  std::string text;
  double number = 0;
};

double number_of(std::string_view text) {
  double value = 0;
  const auto plain = without_padding(text);
  const auto read = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  return read.ec == std::errc{} ? value : -std::numeric_limits<double>::infinity();
}

class search_run {
public:
  search_run(const persistence::database& storage, const persistence::read_transaction& from, const query& what)
    : what_(what),
      left_(narrow(from, what)),
      reader_(storage, from),
      check_(reader_, what.level, left_.open) {
    std::vector<dicom_tag> wanted;
    for (const auto& each : what.constraints)
      add_tags(each, wanted);
    reader_.want_from_files(std::move(wanted));
  }

  std::vector<resource_key> run() {
    if (what_.order.empty())
      in_order_of_arrival();
    else if (index_has_order())
      in_order_of_index();
    else
      in_order_of_records();
    return std::move(found_);
  }

private:
  using sorted_row = std::pair<std::vector<sort_value>, resource_key>;

  static void add_tags(const constraint& of, std::vector<dicom_tag>& to) {
    to.push_back(of.tag);
    for (const auto& each : of.item)
      add_tags(each, to);
  }

  template <class Visit>
  void for_each_candidate(Visit visit) {
    if (left_.keys)
      static_cast<void>(std::ranges::all_of(*left_.keys, visit));
    else
      persistence::for_each_key(reader_.rows(), what_.level, visit);
  }

  bool accepts(resource_key key) {
    if (what_.labels.which == label_filter::rule::none
        && std::ranges::any_of(what_.labels.labels,
                               [&](const auto& label) { return persistence::has_label(reader_.rows(), key, label); }))
      return false;
    if (left_.open.empty() && what_.metadata.empty())
      return true;
    const auto found = persistence::find_resource(reader_.rows(), key);
    return found && has_metadata(*found) && check_.matches(*found);
  }

  bool has_metadata(const resource& of) const {
    return std::ranges::all_of(what_.metadata, [&](const auto& wanted) {
      const auto& [type, pattern] = wanted;
      const auto value = persistence::find_metadata(reader_.rows(), of, type);
      return pattern.universal() || (value && pattern.matches(value->text));
    });
  }

  /// Puts an answer behind the others; false once there are enough.
  bool add(resource_key key) {
    if (skipped_ < what_.since)
      ++skipped_;
    else
      found_.push_back(key);
    return what_.limit == 0 || found_.size() < what_.limit;
  }

  void in_order_of_arrival() {
    for_each_candidate([&](resource_key key) { return !accepts(key) || add(key); });
  }

  bool index_has_order() const {
    const auto& first = what_.order.front();
    const auto tags = persistence::indexed_tags(what_.level);
    return first.what == sort_key::kind::tag && !first.numeric && std::ranges::find(tags, first.tag) != tags.end()
           && (!left_.keys || left_.keys->size() > many);
  }

  /// Resources of the same value stay in the order of arrival, or in that of the other sort keys.
  void in_order_of_index() {
    const auto& first = what_.order.front();
    std::string value;
    std::vector<resource_key> same;
    bool more = true;
    persistence::for_each_indexed(
      reader_.rows(), what_.level, first.tag, {.descending = first.descending}, [&](const auto& row) {
        if (row.value != value) {
          more = add_same(same, value);
          value = row.value;
        }
        const bool candidate = !row.is_part && (!left_.keys || std::ranges::binary_search(*left_.keys, row.key));
        if (more && candidate && accepts(row.key))
          same.push_back(row.key);
        return more;
      });
    if (more)
      add_same(same, value);
  }

  bool add_same(std::vector<resource_key>& same, std::string_view value) {
    std::ranges::sort(same);
    if (what_.order.size() > 1 || value.size() == persistence::longest_indexed)
      sort_by_records(same);
    const bool more = std::ranges::all_of(same, [&](resource_key key) { return add(key); });
    same.clear();
    return more;
  }

  void in_order_of_records() {
    std::vector<resource_key> all;
    for_each_candidate([&](resource_key key) {
      if (accepts(key))
        all.push_back(key);
      return true;
    });
    sort_by_records(all);
    static_cast<void>(std::ranges::all_of(all, [&](resource_key key) { return add(key); }));
  }

  void sort_by_records(std::vector<resource_key>& all) {
    std::vector<sorted_row> rows;
    rows.reserve(all.size());
    for (const auto key : all)
      if (const auto found = persistence::find_resource(reader_.rows(), key))
        rows.emplace_back(values_of(*found), key);
    std::ranges::stable_sort(rows, [&](const sorted_row& a, const sorted_row& b) { return before(a.first, b.first); });
    all.clear();
    for (const auto& [values, key] : rows)
      all.push_back(key);
  }

  std::vector<sort_value> values_of(const resource& of) {
    std::vector<sort_value> values;
    for (const auto& each : what_.order) {
      const auto text = sort_text(of, each);
      values.push_back(each.numeric ? sort_value{{}, number_of(text)}
                                    : sort_value{persistence::comparable_value(each.tag, text), 0});
    }
    return values;
  }

  std::string sort_text(const resource& of, const sort_key& by) {
    if (by.what == sort_key::kind::metadata) {
      auto value = persistence::find_metadata(reader_.rows(), of, by.metadata);
      return value ? std::move(value->text) : std::string();
    }
    if (tag_reader::in_index(of.level, by.tag))
      return reader_.indexed(of, by.tag).value_or(std::string());
    const auto& value = reader_.in_file(of, by.tag);
    return value.is_string() ? value.get<std::string>() : std::string();
  }

  bool before(const std::vector<sort_value>& a, const std::vector<sort_value>& b) const {
    for (std::size_t i = 0; i < a.size(); ++i) {
      const auto& first = what_.order[i].descending ? b[i] : a[i];
      const auto& second = what_.order[i].descending ? a[i] : b[i];
      if (first.number != second.number)
        return first.number < second.number;
      if (first.text != second.text)
        return first.text < second.text;
    }
    return false;
  }

  const query& what_;
  candidates left_;
  tag_reader reader_;
  record_check check_;
  std::vector<resource_key> found_;
  std::uint64_t skipped_ = 0;
};

} // namespace

std::vector<resource_key> search(const persistence::database& storage, const persistence::read_transaction& from,
                                 const query& what) {
  return search_run(storage, from, what).run();
}

} // namespace troupe::find
