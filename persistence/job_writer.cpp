#include "persistence/keys.hpp"
#include "persistence/spec_codec.hpp"
#include "persistence/writer.hpp"

#include <algorithm>
#include <limits>

namespace troupe::persistence {
namespace {

constexpr std::size_t max_type_bytes = 64;
constexpr std::size_t max_lane_bytes = 128;

error refuse(std::string details) {
  return {error_code::parameter_out_of_range, std::move(details)};
}

/// Why a row cannot be stored; `success` if it can.
error check_row(const job_row& row) {
  if (row.sequence == 0) {
    return refuse("a job's sequence begins at 1");
  }
  if (!uuid_key(row.id)) {
    return refuse("a job's name is not a UUID in lower case");
  }
  if (row.type.size() > max_type_bytes || row.lane.size() > max_lane_bytes) {
    return refuse("the type of job " + row.id.text + " has more than 64 bytes or its lane more than 128");
  }
  return error_code::success;
}

error check_new(const writer& by, const add_job& change) {
  auto wrong = check_row(change.row);
  if (wrong.code() != error_code::success) {
    return wrong;
  }
  if (by.rows().contains(table::jobs, number_key(change.row.sequence))
      || by.rows().contains(table::job_ids, *uuid_key(change.row.id))) {
    return {error_code::duplicate_resource, "there is a job " + change.row.id.text + " or one of its sequence already"};
  }
  const auto& items = change.spec.items;
  const auto too_long = std::ranges::find_if(items, [](const auto& item) { return item.size() > max_item_bytes; });
  if (too_long != items.end()) {
    return refuse("item " + std::to_string(too_long - items.begin()) + " of job " + change.row.id.text + " has "
                  + std::to_string(too_long->size()) + " bytes, 1024 are allowed");
  }
  return check_idempotency(by, change);
}

/// Keeps `completed`, `live_jobs` and the count of successes in step with the phase, which was `before`; sets the job's
/// completion.
void enlist(writer& by, stored_job& job, job_phase before) {
  const auto key = number_key(job.row.sequence);
  auto& successes = by.made.now.history_success;
  successes += job.row.phase == job_phase::success ? 1 : 0;
  successes -= before == job_phase::success ? 1 : 0;
  const bool is_done = is_final(job.row.phase);
  if (is_done && job.completion == 0) {
    job.completion = ++by.made.now.last_completion;
    by.to.append(table::completed, number_key(job.completion), encode_number(job.row.sequence));
    by.to.erase(table::live_jobs, key);
  } else if (!is_done && job.completion != 0) {
    by.to.erase(table::completed, number_key(job.completion));
    job.completion = 0;
    by.to.append(table::live_jobs, key, {});
  }
}

/// Adds to the ledger; returns how many items were not in it.
std::uint64_t put_failures(writer& by, const advance_job& change) {
  std::uint64_t fresh = 0;
  for (const auto& [item, failed] : change.failures) {
    const auto key = pair_key(change.sequence, item);
    fresh += by.rows().contains(table::job_items, key) ? 0 : 1;
    by.to.append(table::job_items, key, encode(failed));
  }
  return fresh;
}

// An attempt that ends without having said anything leaves the content of those before it.
void put_result(writer& by, job_sequence sequence, job_result result) {
  if (!result.content) {
    if (const auto before = load_job_result(by.rows(), sequence)) {
      result.content = before->content;
    }
  }
  by.to.put(table::job_results, number_key(sequence), encode(result));
}

} // namespace

result<outcome> apply(writer& by, const add_job& change) {
  if (auto wrong = check_new(by, change); wrong.code() != error_code::success) {
    return wrong;
  }
  const auto key = number_key(change.row.sequence);
  stored_job job{.row = change.row, .completion = 0};
  if (!is_final(change.row.phase)) {
    by.to.append(table::live_jobs, key, {});
  }
  if (change.row.transient) {
    by.to.append(table::transient_jobs, key, {});
  }
  enlist(by, job, job_phase::pending);
  by.to.append(table::jobs, key, encode(job));
  by.to.append(table::job_ids, *uuid_key(change.row.id), encode_number(change.row.sequence));
  std::uint32_t number = 0;
  for (const auto& chunk : encode_spec(change.spec)) {
    by.to.append(table::job_args, chunk_key(change.row.sequence, number++), chunk);
  }
  auto& last = by.made.now.last_job;
  note_creation(by, job.row, change.row.sequence > last ? in_order::yes : in_order::no);
  last = std::max(last, change.row.sequence);
  index_job(by, job.row);
  put_idempotency(by, change);
  note_change(by, job.row);
  return applied{};
}

result<outcome> apply(writer& by, const update_job& change) {
  auto wrong = check_row(change.row);
  if (wrong.code() != error_code::success) {
    return wrong;
  }
  const auto sequence = change.row.sequence;
  const auto stored = load_job(by.rows(), sequence);
  if (!stored) {
    return applied{false};
  }
  if (stored->row.id != change.row.id || stored->row.transient != change.row.transient) {
    return refuse("the name of a job and whether it is transient cannot change: " + stored->row.id.text);
  }
  wrong = check_outputs(by, change.outputs);
  if (wrong.code() != error_code::success) {
    return wrong;
  }

  stored_job job{.row = change.row, .completion = stored->completion};
  job.row.created = stored->row.created;
  job.row.cursor = change.restart ? 0 : stored->row.cursor;
  job.row.failed_items = change.restart ? 0 : stored->row.failed_items;
  if (change.restart) {
    by.to.erase_prefix(table::job_items, number_key(sequence));
    by.to.erase(table::job_results, number_key(sequence));
    erase_outputs(by, sequence);
  }
  if (change.result) {
    put_result(by, sequence, *change.result);
  }
  put_outputs(by, sequence, change.outputs, change.row.changed);
  enlist(by, job, stored->row.phase);
  by.to.put(table::jobs, number_key(sequence), encode(job));
  if (change.attempt) {
    put_attempt(by, sequence, *change.attempt);
  }
  reindex_job(by, stored->row, job.row);
  note_change(by, job.row);
  return applied{};
}

result<outcome> apply(writer& by, const advance_job& change) {
  auto job = load_job(by.rows(), change.sequence);
  if (!job || job->row.epoch != change.epoch) {
    return applied{false};
  }
  const auto fresh = put_failures(by, change);
  if (change.cursor > job->row.cursor || fresh > 0) {
    job->row.cursor = std::max(job->row.cursor, change.cursor);
    job->row.failed_items += fresh;
    job->row.runtime = std::max(job->row.runtime, change.runtime);
    by.to.put(table::jobs, number_key(change.sequence), encode(*job));
  }
  if (change.content) {
    by.to.put(table::job_results, number_key(change.sequence), encode(job_result{{}, change.content}));
  }
  return applied{};
}

} // namespace troupe::persistence
