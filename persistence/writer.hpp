/// \file
/// How mutations become rows. Every `apply` looks before it writes: if it answers with an error it has changed nothing.
#pragma once

#include "persistence/batch.hpp"
#include "persistence/codec.hpp"
#include "persistence/layout.hpp"
#include "persistence/lookup.hpp"
#include "persistence/transaction.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::persistence {

/// What a transaction means outside of the tables; it counts once the transaction is durable.
struct effects {
  explicit effects(const counters& before = {}) : now(before) {}

  counters now;                                ///< as the transaction leaves them
  std::vector<blob_number> settled;            ///< blobs that are in flight no more
  std::set<std::filesystem::path> directories; ///< have new files: to be synced before the commit
  std::vector<std::string> trash;              ///< keys put into `trash`: files to be deleted after the commit
  bool index_changed = false;                  ///< anything but jobs was written
  std::uint64_t became_unstable = 0;           ///< resources that have a new row in `unstable`

  /// Adds those of a part of the transaction.
  void take(effects&& part);
};

/// What every mutation needs.
struct writer {
  write_transaction& to;
  effects& made;
  const layout& where;
  const storage_limits& limits;

  view rows() const noexcept { return to.rows(); }
};

// -- job_writer.cpp
result<outcome> apply(writer& by, const add_job& change);
result<outcome> apply(writer& by, const update_job& change);
result<outcome> apply(writer& by, const advance_job& change);
// -- job_removal.cpp
result<outcome> apply(writer& by, const remove_job& change);
result<outcome> apply(writer& by, const remove_output& change);
result<outcome> apply(writer& by, const trim_history& change);
result<outcome> apply(writer& by, const trim_outputs& change);
// -- lane_store.cpp
result<outcome> apply(writer& by, const put_lane& change);
// -- modality_store.cpp
result<outcome> apply(writer& by, const put_modality& change);
result<outcome> apply(writer& by, const remove_modality& change);
// -- instance_writer.cpp
result<outcome> apply(writer& by, const add_instance& change);
// -- instance_rereading.cpp
result<outcome> apply(writer& by, const reread_instance& change);
// -- resource_removal.cpp
result<outcome> apply(writer& by, const remove_resource& change);
// -- recycling.cpp
result<outcome> apply(writer& by, const protect_patient& change);
result<outcome> apply(writer& by, const enforce_limits& change);
// -- stability.cpp
result<outcome> apply(writer& by, const settle_stable& change);
// -- change_log.cpp
result<outcome> apply(writer& by, const log_change& change);
result<outcome> apply(writer& by, const clear_changes& change);
// -- export_log.cpp
result<outcome> apply(writer& by, const log_exports& change);
result<outcome> apply(writer& by, const clear_exports& change);

// -- item_writer.cpp
result<outcome> apply(writer& by, const put_metadata& change);
result<outcome> apply(writer& by, const remove_metadata& change);
result<outcome> apply(writer& by, const put_attachment& change);
result<outcome> apply(writer& by, const remove_attachment& change);
result<outcome> apply(writer& by, const replace_blob& change);
// -- label_writer.cpp
result<outcome> apply(writer& by, const put_label& change);
result<outcome> apply(writer& by, const remove_label& change);

/// Applies the mutations of a batch in order: all of them, or none and the error of the one that cannot be applied.
result<std::vector<outcome>> apply(writer& by, const batch& all);
/// The same at less cost, but where one of several mutations is refused, those before it may have been written: then
/// the whole transaction is to be dropped.
result<std::vector<outcome>> apply_directly(writer& by, const batch& all);

// -- used by several of them ----------------------------------------------------------------------------------------

/// Removes a job and all that belongs to it, and tells of it. `at`: when, if that is known.
void erase_job(writer& by, const stored_job& job, time_point at = {});
// job_index.cpp: the rows of `job_index` for a job
void index_job(writer& by, const job_row& row);
void unindex_job(writer& by, const job_row& row);
void reindex_job(writer& by, const job_row& before, const job_row& after);
/// Whether a new job lies behind all others.
enum class in_order : bool { no, yes };
/// Keeps the counters that let times of creation be searched for, for a job that is new. (job_times.cpp)
void note_creation(writer& by, const job_row& row, in_order comes_last);
/// Indexes all jobs of a directory of format 1.
void build_job_index(writer& by);
// tag_index.cpp: the rows of `tag_index`
/// Of a resource that is new.
void index_tags(writer& by, const resource& added);
/// Of a study that has a new series: its modality.
void index_modality(writer& by, const resource& series);
/// The keys of all rows of a resource. Those that are for a series' modality belong to its study.
std::vector<std::string> tag_index_keys(const resource& of);
/// The keys of the rows of its study for a series' modality.
std::vector<std::string> modality_index_keys(const resource& series);
/// Of a study that loses a series or its modality: the row goes away unless another series has the same.
void unindex_modality(writer& by, const resource& series);
/// Indexes all resources of a directory of format 1 or 2.
void build_tag_index(writer& by);
// job_events.cpp: what happened becomes an event
void note_change(writer& by, const job_row& row);
void note_removal(writer& by, const job_row& row, time_point at);
/// Keeps an attempt that ended, and the newest 32 of its job. (job_attempts.cpp)
void put_attempt(writer& by, job_sequence sequence, const job_attempt_record& attempt);
/// Why a job cannot have its idempotency key; `success` if it can or has none. (idempotency.cpp)
error check_idempotency(const writer& by, const add_job& change);
/// Keeps the idempotency key of a job, if it has one, and forgets some that have expired.
void put_idempotency(writer& by, const add_job& change);
/// Removes an output; its file goes to the trash.
void erase_output(writer& by, job_sequence sequence, const numbered_output& output);
/// Removes all outputs of a job; those that cannot be decoded stay.
void erase_outputs(writer& by, job_sequence sequence);
/// Why the outputs cannot be added; `success` if they can.
error check_outputs(const writer& by, const std::vector<job_output>& outputs);
/// Adds outputs that were checked. `at` makes their etags.
void put_outputs(writer& by, job_sequence sequence, const std::vector<job_output>& outputs, time_point at);

// change_log.cpp
/// Something happened to a resource that is there: its newest change.
void put_change(writer& by, change_kind kind, const resource& of, time_point at);
/// Logs the arrival of a resource; the number belongs into its record.
std::uint64_t put_arrival(writer& by, resource_level level, const orthanc_id& id, time_point at);
/// Removes the changes of a resource.
void erase_changes(writer& by, const resource& of);
/// Gives the resources of a directory of format 2 or older what format 3 keeps of them. (raise_resources.cpp)
void raise_resources(writer& by);
/// A resource is unstable from now on: `state` is that of its record. (stability.cpp)
void make_unstable(writer& by, resource_level level, resource_key key, parent_state& state);

/// What wants to be stored.
struct wanted_room {
  std::uint64_t bytes = 0;
  std::uint64_t patients = 0;
  resource_key family = 0; ///< the patient it belongs to, who stays; 0 if that is a new one
};

/// Keeps within the limits of the storage: removes patients if it may. `full_storage`, and nothing is removed, if there
/// is no room to be made; `success` otherwise. (recycling.cpp)
error make_room(writer& by, const wanted_room& wanted);

// blob_rows.cpp: stored files
/// A file that was written, or is about to be, into the index.
struct new_file {
  const stored_blob& blob;
  std::string_view content; ///< of one that lies in the index
};

/// Whether the number of a file is a new one; what is wrong with it otherwise.
error check_new_blob(const writer& by, const new_file& file);
/// A new file belongs to a resource.
void own_blob(writer& by, const new_file& file, resource_key owner);
/// A file belongs to its resource no more and goes to the trash.
void disown_blob(writer& by, const stored_blob& blob);
/// A new file is not wanted: it goes to the trash.
void refuse_blob(writer& by, const stored_blob& blob);
/// Notes which main tags a resource has where they are not those of the table, else forgets it. (item_writer.cpp)
void note_main_tags(writer& by, const resource& of);
/// Removes the metadata and the attachments of a resource. (item_writer.cpp)
void erase_items(writer& by, resource_key key);
/// Removes the labels of a resource. (label_writer.cpp)
void erase_labels(writer& by, resource_key key, resource_level level);

/// A blob's file shall be deleted once the transaction is durable.
void discard_blob(writer& by, blob_number number);
/// The file that a key of `trash` stands for; empty for a key that is none.
std::filesystem::path trash_file(const layout& where, std::string_view key);
/// A file of `outputs/` shall be deleted once the transaction is durable.
void discard_output_file(writer& by, const std::string& name);

} // namespace troupe::persistence
