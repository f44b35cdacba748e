#include "persistence/job_store.hpp"

#include "persistence/keys.hpp"
#include "persistence/lookup.hpp"
#include "persistence/spec_codec.hpp"

#include <cstdint>

namespace troupe::persistence {
namespace {

/// What stands for a row that cannot be read.
job_row damaged_row(job_sequence sequence) {
  job_row row;
  row.sequence = sequence;
  row.phase = job_phase::failure;
  row.code = error_code::corrupted_file;
  return row;
}

job_row decode_or_damaged(view rows, std::string_view key, std::string_view bytes) {
  const auto sequence = number_at(key).value_or(0);
  auto job = decode_job(sequence, bytes);
  if (!job) {
    rows.origin().note_undecodable(table::jobs, key);
    return damaged_row(sequence);
  }
  return std::move(job->row);
}

/// Reads chunks until `enough` is true of what is there.
template <class Enough>
std::optional<job_spec> load_chunks(view rows, job_sequence sequence, Enough enough) {
  spec_decoder spec;
  for_each_with_prefix(rows, table::job_args, number_key(sequence),
                       [&](std::string_view, std::string_view chunk) { return spec.add(chunk) && !enough(spec); });
  if (enough(spec)) {
    return std::move(spec).take();
  }
  if (rows.contains(table::jobs, number_key(sequence))) {
    rows.origin().note_undecodable(table::job_args, number_key(sequence));
  }
  return std::nullopt;
}

} // namespace

std::optional<job_row> find_job(const read_transaction& from, job_sequence sequence) {
  auto job = load_job(from, sequence);
  return job ? std::optional{std::move(job->row)} : std::nullopt;
}

std::optional<job_row> find_job(const read_transaction& from, const job_id& id) {
  const auto name = uuid_key(id);
  const auto sequence = name ? load_number(from, table::job_ids, *name) : std::nullopt;
  return sequence ? find_job(from, *sequence) : std::nullopt;
}

void for_each_job(const read_transaction& from, job_sequence first, const std::function<bool(job_row)>& visit) {
  const view rows(from);
  cursor at(rows, table::jobs);
  for (bool more = at.seek(number_key(first)); more; more = at.next()) {
    if (!visit(decode_or_damaged(rows, at.key(), at.value()))) {
      return;
    }
  }
}

void for_each_live_job(const read_transaction& from, const std::function<bool(job_row)>& visit) {
  const view rows(from);
  for_each_with_prefix(rows, table::live_jobs, {}, [&](std::string_view key, std::string_view) {
    const auto bytes = rows.get(table::jobs, key);
    return visit(decode_or_damaged(rows, key, bytes.value_or(std::string_view{})));
  });
}

std::optional<job_spec> load_spec(const read_transaction& from, job_sequence sequence) {
  return load_chunks(from, sequence, [](const spec_decoder& spec) { return spec.complete(); });
}

std::optional<job_spec> load_spec_head(const read_transaction& from, job_sequence sequence) {
  return load_chunks(from, sequence, [](const spec_decoder& spec) { return spec.has_head(); });
}

std::optional<job_result> load_result(const read_transaction& from, job_sequence sequence) {
  return load_job_result(from, sequence);
}

std::optional<stored_output> find_output(const read_transaction& from, job_sequence sequence, std::string_view name) {
  auto found = load_output(from, sequence, name);
  return found ? std::optional{std::move(found->output)} : std::nullopt;
}

std::vector<std::pair<std::uint64_t, item_failure>> failed_items(const read_transaction& from, job_sequence sequence,
                                                                 std::size_t most) {
  const view rows(from);
  std::vector<std::pair<std::uint64_t, item_failure>> found;
  for_each_with_prefix(rows, table::job_items, number_key(sequence), [&](std::string_view key, std::string_view bytes) {
    if (found.size() == most) {
      return false;
    }
    const auto item = number_at(key, 8);
    auto failed = decode_item_failure(bytes);
    if (item && failed) {
      found.emplace_back(*item, *std::move(failed));
    } else {
      rows.origin().note_undecodable(table::job_items, key);
    }
    return true;
  });
  return found;
}

std::vector<std::pair<std::uint64_t, item_failure>> failed_items_from(const read_transaction&, job_sequence,
                                                                      std::uint64_t, std::size_t) {
  return {};
}

std::vector<job_attempt_record> attempts_of(const read_transaction&, job_sequence) {
  return {};
}

std::optional<idempotent_job> find_idempotent_job(const read_transaction&, std::string_view, time_point) {
  return std::nullopt;
}

std::vector<lane_setting> lane_settings(const read_transaction&) {
  return {};
}

void for_each_job_event(const read_transaction&, std::uint64_t, const std::function<bool(job_event_record)>&) {}

std::pair<std::uint64_t, std::uint64_t> job_event_range(const read_transaction&) {
  return {};
}

job_sequence last_job_sequence(const read_transaction& from) {
  return load_counters(from).last_job;
}

job_history history(const read_transaction& from) {
  const auto success = load_counters(from).history_success;
  return {success, view(from).count(table::completed) - success};
}

} // namespace troupe::persistence
