/// \file
/// Everything that can be written, as data. A batch is one all-or-nothing unit: `database::commit` takes many of them
/// into one transaction and makes them durable together.
#pragma once

#include <troupe/overwrite_mode.hpp>

#include "persistence/records.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace troupe {
namespace persistence {

// -- jobs -----------------------------------------------------------------------------------------------------------

/// A job is accepted. `row.sequence` and `row.id` are new.
struct add_job {
  job_row row;
  job_spec spec;
  std::string idempotency_key; ///< empty: none
  std::string fingerprint;     ///< of the submission, with a key
};

/// The scheduler's half of a row changes; `cursor` and `failed_items` of the stored row stay unless `restart` is set.
struct update_job {
  job_row row;
  bool restart = false; ///< cursor and failed items go back to 0, the items' ledger, result and outputs are removed
  std::optional<job_result> result;          ///< replaces the stored one; without content, that stays
  std::vector<job_output> outputs;           ///< added; bodies over 64 KiB must be files
  std::optional<job_attempt_record> attempt; ///< an attempt that ended and is not the last; the newest 32 are kept
};

/// The attempt's half of a row changes. Dropped, and said so, if the stored epoch is another one.
struct advance_job {
  job_sequence sequence = 0;
  epoch_number epoch = 0;
  std::uint64_t cursor = 0; ///< never moves back within an epoch
  /// Items that failed since the last advance, by step number.
  std::vector<std::pair<std::uint64_t, item_failure>> failures;
  std::optional<std::string> content = std::nullopt; ///< `Content` as the steps below the cursor left it, if it changed
  microseconds runtime{0}; ///< of the job so far, for the case that nobody can say how the attempt ended
};

/// A job and all that belongs to it goes away.
struct remove_job {
  job_sequence sequence = 0;
  time_point at{}; ///< for the event; the time of the job's last transition if that is later
};

/// One output of a job goes away.
struct remove_output {
  job_sequence sequence = 0;
  std::string name;
};

/// Keeps the `keep` jobs that were completed last and removes older final ones, at most `most` in one go.
struct trim_history {
  std::uint64_t keep = 0;
  std::uint64_t most = 64;
  time_point at{}; ///< as in `remove_job`
};

/// Keeps the `keep` outputs that were made last.
struct trim_outputs {
  std::uint64_t keep = 0;
};

/// A lane is paused, limited or neither.
struct put_lane {
  lane_setting lane;
};

// -- modalities -----------------------------------------------------------------------------------------------------

/// A modality is set; `parameters` is a JSON text.
struct put_modality {
  std::string name;
  std::string parameters;
};

/// A modality is forgotten.
struct remove_modality {
  std::string name;
};

// -- the index ------------------------------------------------------------------------------------------------------

/// An instance arrives, with its file written and synced under `facts.blob.number`, or as `content`.
struct add_instance {
  instance_summary summary;
  instance_facts facts;
  /// An instance that is replaced goes away first, as if it were deleted; of one that stays, the new file is removed.
  overwrite_mode overwrite = overwrite_mode::never;
  std::string content{}; ///< the bytes of `facts.blob`, if that lies in the index
};

/// What the file of an instance says, as it is read now, takes the place of what the index has of it; an instance that
/// is gone stays so. Its file, metadata, attachments and labels are not touched.
struct reread_instance {
  instance_summary summary;
  std::array<bool, 4> levels{}; ///< by level: whether the main tags of that one of the family become those of this file
};

/// A resource goes away with everything below it, and with the parents that this leaves empty.
struct remove_resource {
  orthanc_id id;
  resource_level level = resource_level::patient;
};

/// A patient may be recycled no more, or may be again, as the last in the order.
struct protect_patient {
  orthanc_id id;
  bool is_protected = false;
  time_point at{};
};

/// Those that were updated last before a time become stable, and the log of changes says so.
struct settle_stable {
  time_point before;        ///< an update at this time is old enough
  time_point at;            ///< when they became it
  std::uint64_t most = 256; ///< rows that are looked at
};

/// Where the limits of the storage are exceeded, the patient who is the first to go is removed.
struct enforce_limits {};

/// Something happened to a resource.
struct log_change {
  change_kind kind = change_kind::modified_study;
  resource_level level = resource_level::study;
  orthanc_id id;
  time_point at{};
};

/// The log of changes is forgotten.
struct clear_changes {};

/// Resources were sent.
struct log_exports {
  std::vector<export_record> all;
};

/// The log of what was sent is forgotten.
struct clear_exports {};

// -- what belongs to resources --------------------------------------------------------------------------------------
// Each is refused with `unknown_resource` where the resource is not there.

/// At which revision an item is, and the MD5 of its text or content.
struct item_version {
  std::uint64_t revision = 0;
  std::string md5; ///< of its content; of a file without one, its name
};

/// Under which conditions an item that is there is changed; otherwise the change is refused with `revision`.
struct item_condition {
  std::optional<item_version> version; ///< it is still that one
  bool needs_version = false;          ///< `version` is given
};

/// A text is set. One of the server's own types is written only if it differs, and is no change of the resource.
struct put_metadata {
  orthanc_id id;
  resource_level level = resource_level::patient;
  metadata_type type = metadata_type::none;
  std::string text;
  item_condition only_if;
  time_point at;
};

/// A text goes away; refused with `unknown_resource` if there is none.
struct remove_metadata {
  orthanc_id id;
  resource_level level = resource_level::patient;
  metadata_type type = metadata_type::none;
  item_condition only_if;
  time_point at;
};

/// A file is set, written and synced under `blob.number`, or as `content`. The number stays in flight if this is
/// refused. Not for the file of an instance itself.
struct put_attachment {
  orthanc_id id;
  resource_level level = resource_level::patient;
  attachment_type type = attachment_type::none;
  stored_blob blob; ///< its revision does not count
  item_condition only_if;
  time_point at;
  std::string content{}; ///< the bytes of `blob`, if that lies in the index
};

/// A file goes away; refused with `unknown_resource` if there is none.
struct remove_attachment {
  orthanc_id id;
  resource_level level = resource_level::patient;
  attachment_type type = attachment_type::none;
  item_condition only_if;
  time_point at;
};

/// The same content lies in another file, written and synced under `blob.number` or as `content`, that is or is not
/// compressed. If
/// `instead_of` is not in place any more, nothing changes and the new file is removed.
struct replace_blob {
  orthanc_id id;
  resource_level level = resource_level::patient;
  attachment_type type = attachment_type::none;
  blob_number instead_of = 0;
  stored_blob blob; ///< its revision does not count
  time_point at;
  std::string content{}; ///< the bytes of `blob`, if that lies in the index
};

/// A label is given or taken; not a change of its revision.
struct put_label {
  orthanc_id id;
  resource_level level = resource_level::patient;
  std::string label; ///< 1 to 64 letters, digits, `-` and `_`
};

struct remove_label {
  orthanc_id id;
  resource_level level = resource_level::patient;
  std::string label;
};

/// One change of the tables. The order within a batch is kept.
using mutation =
  std::variant<add_job, update_job, advance_job, remove_job, remove_output, trim_history, trim_outputs, put_lane,
               put_modality, remove_modality, add_instance, reread_instance, remove_resource, protect_patient,
               settle_stable, enforce_limits, log_change, clear_changes, log_exports, clear_exports, put_metadata,
               remove_metadata, put_attachment, remove_attachment, replace_blob, put_label, remove_label>;

// -- what a mutation answers ----------------------------------------------------------------------------------------

/// Of `add_instance`.
struct instance_added {
  bool already_stored = false;
};

/// Of `remove_resource`: what is left of the family, nearest first.
struct resource_removed {
  bool found = false;
  std::optional<std::pair<resource_level, orthanc_id>> remaining_ancestor;
};

/// Of `settle_stable`.
struct stability_settled {
  bool more = false; ///< there may be more than were looked at
};

/// Of `put_metadata` and `put_attachment`.
struct item_written {
  std::uint64_t revision = 0; ///< of the new text or file
};

/// Of `advance_job`: false if the epoch was another one. Of `remove_job`, `remove_output`, `update_job`,
/// `remove_modality`, `protect_patient`, `log_change`, `remove_label`, `reread_instance`: false if there was none. Of
/// `put_label`: if it was there. Of `replace_blob`: if the old file was not in place. Of `enforce_limits`: if none.
struct applied {
  bool effective = true;
};

using outcome = std::variant<applied, instance_added, resource_removed, stability_settled, item_written>;

} // namespace persistence

/// Mutations that happen together or not at all.
struct batch {
  std::vector<persistence::mutation> mutations;
};

} // namespace troupe
