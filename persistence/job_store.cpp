#include "persistence/job_store.hpp"

#include "persistence/keys.hpp"
#include "persistence/lookup.hpp"
#include "persistence/spec_codec.hpp"

#include <cstdint>

namespace troupe::persistence {
namespace {

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
  cursor live(rows, table::live_jobs);
  cursor at(rows, table::jobs);
  bool found = false; // `at` stands on the row of the last live job
  for (bool more = live.first(); more; more = live.next()) {
    // Most often the next row is the one.
    found = (found && at.next() && at.key() == live.key()) || (at.seek(live.key()) && at.key() == live.key());
    if (!visit(decode_or_damaged(rows, live.key(), found ? at.value() : std::string_view{}))) {
      return;
    }
  }
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
  return failed_items_from(from, sequence, 0, most);
}

std::vector<std::pair<std::uint64_t, item_failure>>
failed_items_from(const read_transaction& from, job_sequence sequence, std::uint64_t first, std::size_t most) {
  const view rows(from);
  std::vector<std::pair<std::uint64_t, item_failure>> found;
  const auto prefix = number_key(sequence);
  cursor at(rows, table::job_items);
  for (bool more = at.seek(pair_key(sequence, first)); more && found.size() < most && at.key().starts_with(prefix);
       more = at.next()) {
    const auto item = number_at(at.key(), 8);
    auto failed = decode_item_failure(at.value());
    if (item && failed) {
      found.emplace_back(*item, *std::move(failed));
    } else {
      rows.origin().note_undecodable(table::job_items, at.key());
    }
  }
  return found;
}

job_sequence last_job_sequence(const read_transaction& from) {
  return load_counters(from).last_job;
}

job_history history(const read_transaction& from) {
  const auto success = load_counters(from).history_success;
  return {success, view(from).count(table::completed) - success};
}

} // namespace troupe::persistence
