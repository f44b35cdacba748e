#include "persistence/lookup.hpp"

#include "persistence/keys.hpp"

#include <string>

namespace troupe::persistence {
namespace {

/// Decodes the row of a key; notes it if that fails.
template <class Decode>
auto load(view rows, table in, std::string_view key, Decode decode) -> decltype(decode(std::string_view{})) {
  const auto bytes = rows.get(in, key);
  if (!bytes) {
    return std::nullopt;
  }
  auto found = decode(*bytes);
  if (!found) {
    rows.origin().note_undecodable(in, key);
  }
  return found;
}

} // namespace

std::optional<stored_job> load_job(view rows, job_sequence sequence) {
  return load(rows, table::jobs, number_key(sequence),
              [&](std::string_view bytes) { return decode_job(sequence, bytes); });
}

std::optional<idempotent_job> load_idempotent_job(view rows, std::string_view name) {
  return load(rows, table::idempotency, name, decode_idempotent_job);
}

job_row decode_or_damaged(view rows, std::string_view key, std::string_view bytes) {
  const auto sequence = number_at(key).value_or(0);
  if (auto job = decode_job(sequence, bytes)) {
    return std::move(job->row);
  }
  rows.origin().note_undecodable(table::jobs, key);
  job_row row;
  row.sequence = sequence;
  row.phase = job_phase::failure;
  row.code = error_code::corrupted_file;
  return row;
}

std::optional<resource> load_resource(view rows, resource_key key) {
  return load(rows, table::resources, number_key(key),
              [&](std::string_view bytes) { return decode_resource(key, bytes); });
}

std::optional<std::uint64_t> load_number(view rows, table in, std::string_view key) {
  return load(rows, in, key, decode_number);
}

std::optional<numbered_output> load_output(view rows, job_sequence sequence, std::string_view name) {
  return load(rows, table::job_outputs, named_key(sequence, name),
              [&](std::string_view bytes) { return decode_output(name, bytes); });
}

std::optional<instance_facts> load_instance(view rows, resource_key key) {
  return load(rows, table::instances, number_key(key), decode_instance);
}

std::optional<job_result> load_job_result(view rows, job_sequence sequence) {
  return load(rows, table::job_results, number_key(sequence), decode_result);
}

counters load_counters(view rows) {
  const auto bytes = rows.get(table::meta, meta_row::counters);
  const auto found = bytes ? decode_counters(*bytes) : std::nullopt;
  if (!found) {
    throw failure(error(error_code::database, "the counters of the database are damaged"));
  }
  return *found;
}

} // namespace troupe::persistence
