/// \file
/// Records <-> bytes. A decoder gives nothing for bytes that are not a record it knows, whatever they are.
/// The bytes of every version are held in tests/persistence/golden_v*.hpp: they never change.
#pragma once

#include "persistence/records.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::persistence {

/// A job as `jobs` holds it.
struct stored_job {
  job_row row;
  std::uint64_t completion = 0; ///< its key in `completed`; 0 while it is not final
};

std::string encode(const stored_job& job);
/// The sequence is the key of the record, not part of it.
std::optional<stored_job> decode_job(job_sequence sequence, std::string_view bytes);

/// What a job is chosen by most, read at the cost of a few bytes; the rest of the record may still be damaged.
struct job_glimpse {
  job_phase phase = job_phase::pending;
  time_point created;
};

std::optional<job_glimpse> glimpse_job(std::string_view bytes);

std::string encode(const job_result& result);
std::optional<job_result> decode_result(std::string_view bytes);

std::string encode(const item_failure& failure);
std::optional<item_failure> decode_item_failure(std::string_view bytes);

/// An output as `job_outputs` holds it.
struct numbered_output {
  stored_output output;
  std::uint64_t number = 0; ///< its key in `output_order`
};

std::string encode(const job_attempt_record& attempt);
/// The number is part of the record's key, not of the record.
std::optional<job_attempt_record> decode_attempt(std::uint32_t number, std::string_view bytes);

std::string encode(const job_event_record& event);
/// The number is the key of the record, not part of it.
std::optional<job_event_record> decode_job_event(std::uint64_t number, std::string_view bytes);

std::string encode(const idempotent_job& job);
std::optional<idempotent_job> decode_idempotent_job(std::string_view bytes);

std::string encode(const lane_setting& lane);
/// The name is the key of the record, not part of it.
std::optional<lane_setting> decode_lane(std::string_view name, std::string_view bytes);

std::string encode(const numbered_output& numbered);
/// The name is part of the record's key, not of the record.
std::optional<numbered_output> decode_output(std::string_view name, std::string_view bytes);

std::string encode(const resource& resource);
/// The key is not part of the record.
std::optional<resource> decode_resource(resource_key key, std::string_view bytes);

/// What changes in the record of a parent when an instance comes or goes.
struct parent_state {
  time_point last_update;
  std::optional<time_point> unstable_since;
  std::uint64_t instances = 0;
  friend bool operator==(const parent_state&, const parent_state&) = default;
};

/// Reads it from the bytes of a patient, study or series, at the cost of a few of them.
std::optional<parent_state> glimpse_parent(std::string_view bytes);
/// Sets it in the bytes that it was read from.
void set_parent(std::string& bytes, const parent_state& to);

/// As `attachments` holds it.
std::string encode(const stored_blob& blob);
std::optional<stored_blob> decode_attachment(std::string_view bytes);

std::string encode(const metadata_value& value);
std::optional<metadata_value> decode_metadata(std::string_view bytes);

std::string encode(const instance_facts& facts);
std::optional<instance_facts> decode_instance(std::string_view bytes);

std::string encode(const change_record& change);
std::optional<change_record> decode_change(std::string_view bytes);

std::string encode(const export_record& one);
std::optional<export_record> decode_export(std::string_view bytes);

/// What there is one of: the last numbers in use, none of which is ever used again, and the totals.
struct counters {
  job_sequence last_job = 0;
  std::uint64_t last_completion = 0;
  std::uint64_t last_output = 0;
  resource_key last_resource = 0;
  std::uint64_t last_change = 0;
  blob_number last_blob = 0; ///< the highest that was committed
  blob_number low_water_blob =
    1; ///< every file below it was settled: it has a row, or is in the trash, or was never written
  index_statistics totals;
  std::uint64_t history_success = 0;              ///< jobs in success
  std::uint64_t last_event = 0;                   ///< of a job
  time_point newest_created{microseconds::min()}; ///< the highest time of creation of all jobs there ever were
  /// No job was created earlier than one of a lower sequence by more than this: lets times be searched for.
  microseconds created_disorder{0};
  std::uint64_t last_export = 0;
  friend bool operator==(const counters& a, const counters& b);
};

std::string encode(const counters& all);
std::optional<counters> decode_counters(std::string_view bytes);

/// A number as a value (`job_ids`, `completed`, `resource_ids`, `blobs`).
std::string encode_number(std::uint64_t number);
std::optional<std::uint64_t> decode_number(std::string_view bytes);

/// A key of another table as a value (`output_order`, `output_files`).
std::string encode_key(std::string_view key);
std::optional<std::string_view> decode_key(std::string_view bytes);

/// The name of a resource as a value (`children`, `levels`).
std::string encode_id(const orthanc_id& id);
std::optional<orthanc_id> decode_id(std::string_view bytes);

/// Values of `meta`: `format`, `boot` and `clean`.
std::string encode_u32(std::uint32_t number);
std::optional<std::uint32_t> decode_u32(std::string_view bytes);
std::string encode_flag(bool value);
std::optional<bool> decode_flag(std::string_view bytes);

} // namespace troupe::persistence
