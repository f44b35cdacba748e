/// \file
/// What the tables hold, as the rest of the house sees it. How each becomes bytes: persistence/codec.hpp.
#pragma once

#include <troupe/job.hpp>
#include <troupe/job_type.hpp>

#include "core/change_kind.hpp"
#include "core/instance_summary.hpp"
#include "core/item_types.hpp"
#include "core/job_row.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace troupe::persistence {

// -- jobs -----------------------------------------------------------------------------------------------------------

using troupe::epoch_number;
using troupe::job_attempt_record;
using troupe::job_row;
using troupe::job_sequence;

/// The cold half: written once, in chunks.
struct job_spec {
  std::string arguments = "{}";   ///< of the plan
  std::string content = "{}";     ///< of the plan
  std::string user_data;          ///< JSON value or empty
  std::vector<std::string> items; ///< of the plan
};

/// How an attempt ended; rewritten by each attempt that ends, removed by resubmit.
struct job_result {
  std::string error_details;
  std::optional<std::string> content; ///< absent: still that of the plan
};

/// What the name of a submission that a client may repeat has led to.
struct idempotent_job {
  job_id id;
  std::string fingerprint; ///< of what was submitted: the same name with another one is refused
  time_point expires;
};

/// What happened to a job. Written in the transaction that made it so.
struct job_event_record {
  std::uint64_t number = 0; ///< from 1, without gaps
  time_point time;
  job_sequence sequence = 0;
  job_id id;
  std::string type;
  job_phase phase = job_phase::pending;
  bool removed = false; ///< it was deleted, or the history let it go
  std::uint32_t attempts = 0;
  std::int32_t priority = 0;
  error_code code = error_code::success;
};

/// How a lane was set.
struct lane_setting {
  std::string name;
  std::uint32_t limit = 0; ///< jobs of it that may run at the same time; 0: no limit of its own
  bool paused = false;     ///< none of its jobs is started
};

/// An output of a job that may be fetched.
struct stored_output {
  std::string name;
  std::string media_type;
  std::string filename;
  std::uint64_t size_bytes = 0;
  std::string etag; ///< unique to these bytes, without quotes
  /// The bytes themselves (at most 64 KiB), or the name of a file in `outputs/`.
  std::variant<std::string, std::filesystem::path> body;
};

// -- the index ------------------------------------------------------------------------------------------------------

/// Internal name of a resource, in the order of arrival, from 1.
using resource_key = std::uint64_t;

/// Number of a stored file, never used twice: `storage/00/12/001234.dcm` is blob 0x001234.
using blob_number = std::uint64_t;

/// How a file lies on the disk that is stored compressed (persistence/blob_file.hpp).
struct compressed_form {
  std::uint64_t size_bytes = 0;
  std::string md5; ///< 32 hexadecimal digits, empty where it was not asked for
  friend bool operator==(const compressed_form&, const compressed_form&) = default;
};

/// A file of the storage area, or a small one in the index.
struct stored_blob {
  blob_number number = 0;
  std::uint64_t size_bytes = 0; ///< of its content
  std::string md5;              ///< of its content: 32 hexadecimal digits, empty where it was not asked for
  std::string uuid;             ///< shown as `FileUuid`
  std::optional<compressed_form> compressed = std::nullopt; ///< absent: the file is the content
  std::uint64_t revision = 0;                               ///< how often another file has taken its place
  bool in_index = false; ///< it has no file: its bytes are in `small_files` (persistence/small_file.hpp)

  /// What differs between contents: the MD5, or, where that was not asked for, the name.
  const std::string& version_name() const noexcept { return md5.empty() ? uuid : md5; }

  std::uint64_t disk_bytes() const noexcept { return compressed ? compressed->size_bytes : size_bytes; }

  friend bool operator==(const stored_blob&, const stored_blob&) = default;
};

/// A text that belongs to a resource.
struct metadata_value {
  std::string text;
  std::uint64_t revision = 0; ///< how often another text has taken its place
  friend bool operator==(const metadata_value&, const metadata_value&) = default;
};

/// A patient, study, series or instance.
struct resource {
  resource_key key = 0;
  resource_level level = resource_level::patient;
  orthanc_id id;
  resource_key parent = 0;     ///< 0 for patients
  tag_values tags;             ///< main tags of its level
  tag_values patient_tags;     ///< of a study: the patient's tags as this study has them
  time_point last_update;      ///< arrival of the newest instance below it (its own for an instance)
  std::uint64_t arrival = 0;   ///< number of the change that told of it
  std::uint64_t instances = 0; ///< below it; 0 for an instance
  /// Of a patient, study or series that is not stable yet: the time of its row in `unstable`, at most its last update.
  std::optional<time_point> unstable_since;
  /// Of a patient that may be recycled: the time of its row in `recycling`. Absent: it is protected.
  std::optional<time_point> recyclable_since;

  bool is_stable() const noexcept { return !unstable_since; }

  bool is_protected() const noexcept { return level == resource_level::patient && !recyclable_since; }
};

/// What happened to a resource.
struct change_record {
  change_kind kind = change_kind::new_instance;
  resource_level level = resource_level::instance;
  orthanc_id id;
  time_point time;
};

/// That a resource was sent to somebody.
struct export_record {
  resource_level level = resource_level::instance;
  orthanc_id id;
  std::string modality; ///< whom it was sent to
  time_point time;
  /// PatientID, StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID; empty below its level.
  std::array<std::string, 4> identifiers;
};

/// Room for instances; 0 is no limit.
struct storage_limits {
  std::uint64_t bytes = 0;
  std::uint64_t patients = 0;
  bool recycle = true; ///< the patient that was added to least recently makes room; otherwise what is new is refused
};

/// Whether a series has the instances that its tags speak of.
enum class series_status : std::uint8_t { unknown, complete, missing, inconsistent };

/// What only instances have.
struct instance_facts {
  stored_blob blob;
  std::string transfer_syntax;
  std::string sop_class;
  std::optional<std::uint64_t> pixel_data_offset;
  std::string pixel_data_vr;
  std::optional<std::uint32_t> index_in_series;
  time_point received;
  std::string origin;    ///< `RestApi`, `DicomProtocol`, ...
  std::string remote_ip; ///< empty if unknown
};

/// Totals over the whole index.
struct index_statistics {
  std::array<std::uint64_t, 4> count{}; ///< resources by level
  std::uint64_t disk_bytes = 0;
  std::uint64_t uncompressed_bytes = 0;
};

} // namespace troupe::persistence
