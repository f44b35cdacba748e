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

/// The rows of a resource in a table whose keys end with a type; notes those that cannot be decoded.
template <class Type, class Value>
std::vector<std::pair<Type, Value>> load_typed(view rows, table in, resource_key key,
                                               std::optional<Value> (*decode)(std::string_view)) {
  std::vector<std::pair<Type, Value>> found;
  for_each_with_prefix(rows, in, number_key(key), [&](std::string_view row, std::string_view bytes) {
    const auto type = type_at(row);
    auto value = decode(bytes);
    if (type && value) {
      found.emplace_back(static_cast<Type>(*type), *std::move(value));
    } else {
      rows.origin().note_undecodable(in, row);
    }
    return true;
  });
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

std::optional<metadata_value> load_metadata(view rows, resource_key key, metadata_type type) {
  return load(rows, table::metadata, typed_key(key, static_cast<std::uint16_t>(type)), decode_metadata);
}

std::optional<stored_blob> load_attachment(view rows, resource_key key, attachment_type type) {
  return load(rows, table::attachments, typed_key(key, static_cast<std::uint16_t>(type)), decode_attachment);
}

std::vector<std::pair<attachment_type, stored_blob>> load_attachments(view rows, resource_key key) {
  return load_typed<attachment_type>(rows, table::attachments, key, decode_attachment);
}

std::vector<std::pair<metadata_type, metadata_value>> load_all_metadata(view rows, resource_key key) {
  return load_typed<metadata_type>(rows, table::metadata, key, decode_metadata);
}

std::optional<stored_blob> load_file(view rows, resource_key key, resource_level level, attachment_type type) {
  if (level != resource_level::instance || type != attachment_type::dicom) {
    return load_attachment(rows, key, type);
  }
  auto facts = load_instance(rows, key);
  return facts ? std::optional(std::move(facts->blob)) : std::nullopt;
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
