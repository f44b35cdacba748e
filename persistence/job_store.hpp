/// \file
/// Reading jobs. Writing goes through persistence/batch.hpp.
#pragma once

#include "persistence/read_transaction.hpp"
#include "persistence/records.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::persistence {

/// The row of a job by its sequence or its name; nothing if there is none or it cannot be decoded.
std::optional<job_row> find_job(const read_transaction& from, job_sequence sequence);
std::optional<job_row> find_job(const read_transaction& from, const job_id& id);

/// Calls `visit` for the rows from `first` on, in the order of submission, until it returns false. Undecodable records
/// are reported as a failure row with their sequence and code `corrupted_file`.
void for_each_job(const read_transaction& from, job_sequence first, const std::function<bool(job_row)>& visit);

/// Calls `visit` with the row of every job that is not final, in the order of submission. Cost: those jobs, not the
/// history.
void for_each_live_job(const read_transaction& from, const std::function<bool(job_row)>& visit);

/// The plan and user data as submitted. `load_spec_head` leaves `items` empty and reads one chunk.
std::optional<job_spec> load_spec(const read_transaction& from, job_sequence sequence);
std::optional<job_spec> load_spec_head(const read_transaction& from, job_sequence sequence);

/// How the last attempt that ended did so.
std::optional<job_result> load_result(const read_transaction& from, job_sequence sequence);

std::optional<stored_output> find_output(const read_transaction& from, job_sequence sequence, std::string_view name);

/// Items that failed, by step number, at most `most`.
std::vector<std::pair<std::uint64_t, item_failure>> failed_items(const read_transaction& from, job_sequence sequence,
                                                                 std::size_t most);

/// As `failed_items`, from a step number on.
std::vector<std::pair<std::uint64_t, item_failure>>
failed_items_from(const read_transaction& from, job_sequence sequence, std::uint64_t first, std::size_t most);

/// Attempts that another one followed, oldest first.
std::vector<job_attempt_record> attempts_of(const read_transaction& from, job_sequence sequence);

/// The job that a key has made, if it has not expired.
std::optional<idempotent_job> find_idempotent_job(const read_transaction& from, std::string_view key, time_point now);

/// All lanes that are paused or limited.
std::vector<lane_setting> lane_settings(const read_transaction& from);

/// Calls `visit` for the events behind number `after`, oldest first, until it returns false.
void for_each_job_event(const read_transaction& from, std::uint64_t after,
                        const std::function<bool(job_event_record)>& visit);
/// Numbers of the oldest event that is kept and of the last one; both 0 if there is none.
std::pair<std::uint64_t, std::uint64_t> job_event_range(const read_transaction& from);

/// The last sequence in use, 0 if there was never a job.
job_sequence last_job_sequence(const read_transaction& from);

/// Finished jobs that are kept. Both are counters: cost does not grow with the history.
struct job_history {
  std::uint64_t success = 0;
  std::uint64_t failure = 0;
};

job_history history(const read_transaction& from);

} // namespace troupe::persistence
