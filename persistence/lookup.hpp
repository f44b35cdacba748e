/// \file
/// Single records by their keys, within any transaction. What is there but undecodable is noted and reads as absent.
#pragma once

#include "persistence/codec.hpp"
#include "persistence/transaction.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::persistence {

/// The hot half of a job.
std::optional<stored_job> load_job(view rows, job_sequence sequence);
/// The row of a job from its key and bytes; if they cannot be read, a failure row with code `corrupted_file`.
job_row decode_or_damaged(view rows, std::string_view key, std::string_view bytes);
std::optional<job_result> load_job_result(view rows, job_sequence sequence);
std::optional<numbered_output> load_output(view rows, job_sequence sequence, std::string_view name);
std::optional<idempotent_job> load_idempotent_job(view rows, std::string_view name);
std::optional<resource> load_resource(view rows, resource_key key);
std::optional<instance_facts> load_instance(view rows, resource_key key);
/// Complete where the indices of the instances are exactly 1 to the expected number. Costs a look at each of them.
series_status status_of_series(view rows, const resource& series);
/// What `metadata` holds; other texts follow from other records.
std::optional<metadata_value> load_metadata(view rows, resource_key key, metadata_type type);
/// What `attachments` holds: all files but an instance's own.
std::optional<stored_blob> load_attachment(view rows, resource_key key, attachment_type type);
/// All rows of a resource in `attachments` and in `metadata`, by type.
std::vector<std::pair<attachment_type, stored_blob>> load_attachments(view rows, resource_key key);
std::vector<std::pair<metadata_type, metadata_value>> load_all_metadata(view rows, resource_key key);
/// Any file of a resource, an instance's own included.
std::optional<stored_blob> load_file(view rows, resource_key key, resource_level level, attachment_type type);
/// A row of a table whose values are numbers.
std::optional<std::uint64_t> load_number(view rows, table in, std::string_view key);
/// The sequences between which all jobs lie that were created in a time. Exact: none is missing; there may be others.
std::pair<job_sequence, job_sequence> created_between(view rows, const std::optional<time_point>& from,
                                                      const std::optional<time_point>& before);
/// Those that were committed last. Throws `failure(database)` if they are damaged: nothing can be trusted then.
counters load_counters(view rows);

} // namespace troupe::persistence
