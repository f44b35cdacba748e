/// \file
/// The database: one directory, one LMDB environment, one writer, many readers.
#pragma once

#include <troupe/error.hpp>

#include "persistence/batch.hpp"
#include "persistence/read_transaction.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <span>
#include <vector>

namespace troupe::persistence {

/// What was found when a directory was opened.
struct recovery_report {
  std::uint32_t boot_number = 1;     ///< counts the openings of this directory
  bool clean = true;                 ///< the last one was closed by `close_clean`
  std::uint64_t orphans_removed = 0; ///< files of the storage area and of `outputs/` that no record named
  std::uint64_t undecodable = 0;     ///< records that could not be read: kept, logged, skipped
};

/// Answer to one batch: an outcome per mutation, or why nothing of the batch was written.
using commit_answer = result<std::vector<outcome>>;

/// Opens `directory` (made if absent): `index/`, `storage/`, `incoming/`, `outputs/`.
///
/// Throws `failure`: `incompatible_database_version` for a newer format, `database` when another process has it open
/// (it is locked) or LMDB fails, `cannot_write_file` when the directory cannot be made.
class database {
public:
  explicit database(const std::filesystem::path& directory);
  ~database();
  database(const database&) = delete;
  database& operator=(const database&) = delete;

  const recovery_report& recovered() const noexcept;

  /// Writes batches in one durable transaction: when it returns, those that are answered with outcomes survive a power
  /// cut. A batch that cannot be applied is answered with its error and leaves the others untouched. Files that
  /// removals set free are deleted after the commit, and again at the next start if the process dies before.
  ///
  /// One thread at a time. Throws `failure` when the whole transaction failed, nothing of it being written:
  /// `full_storage` (the caller may try again later) or `database` (the environment is unusable: stop).
  std::vector<commit_answer> commit(std::span<const batch* const> batches);

  /// Sets the limits of the storage area; none before. The thread that commits, or before there is one. What exceeds
  /// them already is removed by `enforce_limits`.
  void limit(const storage_limits& to);

  /// A consistent view of the tables. Any thread; from a pool; give it back before anything is awaited.
  read_transaction read() const;

  // -- files of the storage area -------------------------------------------------------------------------------------
  /// Number for a file about to be written. Until it is committed by `add_instance` or given back by `drop_blob`,
  /// recovery knows it as in flight. Any thread.
  blob_number new_blob();
  /// Number for a file that goes into the index. There is nothing to be given back. Any thread.
  blob_number new_small_blob();
  /// The number will not be used; its file, if there is one, is removed. Any thread.
  void drop_blob(blob_number number);
  /// Where a blob's file lies. Any thread. Its directory exists once `new_blob` has returned the number.
  std::filesystem::path blob_path(blob_number number) const;
  std::filesystem::path incoming_directory() const; ///< files being received; emptied at start
  std::filesystem::path outputs_directory() const;  ///< large outputs of jobs

  /// Bytes free for others on the file system.
  std::uint64_t free_bytes() const;
  /// Write transactions since the start.
  std::uint64_t commit_count() const noexcept;

  /// Grows with each commit that changes anything but jobs, before that returns. Starts anew with the process. Any
  /// thread.
  std::uint64_t index_state() const noexcept;

  /// Number of the last event of a job that is on disk; 0 if there was none. It has grown when a commit that made
  /// events returns. Any thread.
  std::uint64_t last_job_event() const noexcept;

  /// How many resources have become unstable since the start. The thread that commits.
  std::uint64_t became_unstable() const noexcept;

  /// The clean-shutdown mark; the last thing written. One thread, no commit under way.
  void close_clean();

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::persistence
