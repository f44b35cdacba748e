#include "persistence/writer.hpp"

#include "persistence/keys.hpp"

#include <iterator>

namespace troupe::persistence {
namespace {

constexpr char blob_trash = 'b';
constexpr char output_trash = 'o';

void discard(writer& by, std::string key) {
  by.to.put(table::trash, key, {});
  by.made.trash.push_back(std::move(key));
}

template <class... Kinds>
bool is_one_of(const mutation& change) {
  return (std::holds_alternative<Kinds>(change) || ...);
}

bool is_of_jobs(const mutation& change) {
  return is_one_of<add_job, update_job, advance_job, remove_job, remove_output, trim_history, trim_outputs, put_lane>(
    change);
}

result<std::vector<outcome>> apply_in_order(writer& by, const batch& all) {
  std::vector<outcome> outcomes;
  outcomes.reserve(all.mutations.size());
  for (const auto& mutation : all.mutations) {
    auto answer = std::visit([&](const auto& change) { return apply(by, change); }, mutation);
    if (!answer) {
      return std::move(answer).error();
    }
    outcomes.push_back(*std::move(answer));
    by.made.index_changed |= !is_of_jobs(mutation);
  }
  return outcomes;
}

/// Applies a batch to `in`, the transaction of `by` or a part of it; what it means counts if it is not refused.
result<std::vector<outcome>> apply_within(writer& by, write_transaction& in, const batch& all) {
  effects part{by.made.now};
  writer inner{in, part, by.where, by.limits};
  auto outcomes = apply_in_order(inner, all);
  if (outcomes) {
    by.made.take(std::move(part));
  }
  return outcomes;
}

} // namespace

void effects::take(effects&& part) {
  now = part.now;
  settled.insert(settled.end(), part.settled.begin(), part.settled.end());
  directories.merge(part.directories);
  std::move(part.trash.begin(), part.trash.end(), std::back_inserter(trash));
  index_changed |= part.index_changed;
  became_unstable += part.became_unstable;
}

result<std::vector<outcome>> apply_directly(writer& by, const batch& all) {
  return apply_within(by, by.to, all);
}

result<std::vector<outcome>> apply(writer& by, const batch& all) {
  // One mutation writes nothing once it is refused; several need a transaction of their own to be undone together.
  if (all.mutations.size() <= 1) {
    return apply_within(by, by.to, all);
  }
  write_transaction child(part_of{by.to});
  auto outcomes = apply_within(by, child, all);
  if (outcomes) {
    child.commit();
  }
  return outcomes;
}

void discard_blob(writer& by, blob_number number) {
  discard(by, blob_trash + number_key(number));
}

void discard_output_file(writer& by, const std::string& name) {
  discard(by, output_trash + name);
}

std::filesystem::path trash_file(const layout& where, std::string_view key) {
  if (key.size() == 9 && key[0] == blob_trash) {
    return where.blob(*number_at(key, 1));
  }
  const std::filesystem::path name = key.empty() || key[0] != output_trash ? std::string_view{} : key.substr(1);
  return name.empty() || name != name.filename() || name == "." || name == ".." ? std::filesystem::path{}
                                                                                : where.outputs() / name;
}

} // namespace troupe::persistence
