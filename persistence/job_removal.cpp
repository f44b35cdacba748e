#include "persistence/keys.hpp"
#include "persistence/writer.hpp"

#include <algorithm>

namespace troupe::persistence {
namespace {

/// What lies in the oldest `excess` rows of an ordered table, decoded by `decode`; what cannot be decoded stays where
/// it is.
template <class Decode>
auto oldest(view rows, table in, std::uint64_t excess, Decode decode) {
  std::vector<typename decltype(decode(std::string_view{}))::value_type> found;
  if (excess == 0) {
    return found;
  }
  for_each_with_prefix(rows, in, {}, [&](std::string_view key, std::string_view value) {
    if (auto one = decode(value)) {
      found.push_back(*std::move(one));
    } else {
      rows.origin().note_undecodable(in, key);
    }
    return --excess > 0;
  });
  return found;
}

std::uint64_t excess_over(std::uint64_t keep, std::uint64_t count) {
  return count > keep ? count - keep : 0;
}

} // namespace

void erase_job(writer& by, const stored_job& job, time_point at) {
  const auto key = number_key(job.row.sequence);
  erase_outputs(by, job.row.sequence);
  by.to.erase_prefix(table::job_items, key);
  by.to.erase_prefix(table::job_args, key);
  by.to.erase_prefix(table::job_attempts, key);
  by.to.erase(table::job_results, key);
  by.to.erase(table::live_jobs, key);
  by.to.erase(table::transient_jobs, key);
  if (job.completion != 0) {
    by.made.now.history_success -= job.row.phase == job_phase::success ? 1 : 0;
    by.to.erase(table::completed, number_key(job.completion));
  }
  if (const auto name = uuid_key(job.row.id)) {
    by.to.erase(table::job_ids, *name);
  }
  by.to.erase(table::jobs, key);
  unindex_job(by, job.row);
  note_removal(by, job.row, at);
}

result<outcome> apply(writer& by, const remove_job& change) {
  const auto job = load_job(by.rows(), change.sequence);
  if (!job) {
    return applied{false};
  }
  erase_job(by, *job, change.at);
  return applied{};
}

result<outcome> apply(writer& by, const remove_output& change) {
  const auto output = load_output(by.rows(), change.sequence, change.name);
  if (!output) {
    return applied{false};
  }
  erase_output(by, change.sequence, *output);
  return applied{};
}

result<outcome> apply(writer& by, const trim_history& change) {
  const auto excess = excess_over(change.keep, by.rows().count(table::completed));
  std::uint64_t removed = 0;
  for (const auto sequence : oldest(by.rows(), table::completed, excess, decode_number)) {
    if (removed == change.most) {
      break;
    }
    if (const auto job = load_job(by.rows(), sequence)) {
      erase_job(by, *job, change.at);
      ++removed;
    }
  }
  return applied{removed > 0};
}

result<outcome> apply(writer& by, const trim_outputs& change) {
  const auto excess = excess_over(change.keep, by.rows().count(table::output_order));
  const auto own_key = [](std::string_view bytes) {
    const auto key = decode_key(bytes);
    return key && number_at(*key) ? std::optional{std::string(*key)} : std::nullopt;
  };
  bool removed = false;
  for (const auto& key : oldest(by.rows(), table::output_order, excess, own_key)) {
    const auto sequence = *number_at(key);
    if (const auto output = load_output(by.rows(), sequence, std::string_view(key).substr(8))) {
      erase_output(by, sequence, *output);
      removed = true;
    }
  }
  return applied{removed};
}

} // namespace troupe::persistence
