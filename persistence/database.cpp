#include "persistence/database.hpp"

#include "core/log.hpp"
#include "persistence/blob_area.hpp"
#include "persistence/environment.hpp"
#include "persistence/file.hpp"
#include "persistence/recovery.hpp"
#include "persistence/writer.hpp"

#include <atomic>
#include <cerrno>
#include <optional>
#include <sys/statvfs.h>

namespace troupe::persistence {
namespace {

namespace fs = std::filesystem;

/// Makes the directory that LMDB needs before anything else, and says where it is.
fs::path make_index(const layout& where) {
  make_directory(where.index());
  return where.index();
}

} // namespace

struct database::impl {
  explicit impl(const fs::path& directory) : where(directory), env(make_index(where)) {}

  void start();
  using apply_batch = result<std::vector<outcome>> (*)(writer& by, const batch& all);
  /// Writes batches in one transaction. False, and nothing is written, if one was refused that `how` cannot undo.
  bool write(std::span<const batch* const> batches, apply_batch how, std::vector<commit_answer>& answers);
  /// Deletes the files of trash keys, noting those that are gone.
  void delete_files(std::vector<std::string> keys);
  /// Writes what every transaction has to write besides its rows, and makes all of it durable.
  void finish(write_transaction& to, effects& made);

  layout where;
  environment env;
  recovery_report report;
  counters now; ///< as committed
  std::optional<blob_area> blobs;
  // Their files are gone, so the next commit removes their rows; no commit is made for that alone.
  std::vector<std::string> emptied_trash;
  std::set<fs::path> emptied_directories;
  std::vector<std::string> stubborn_trash; ///< files that could not be deleted: tried again after the next commit
  std::atomic<std::uint64_t> commits{0};
  std::atomic<std::uint64_t> last_event{0}; ///< of `now`
  std::atomic<std::uint64_t> index_state{0};
  std::uint64_t became_unstable = 0; ///< since the start
  storage_limits limits;
  bool closed = false;
};

void database::impl::start() {
  write_transaction to(env);
  effects made;
  writer by{to, made, where, limits};
  try {
    report = recover(env, by);
  } catch (const fs::filesystem_error& problem) {
    throw_system_failure(problem.code().value(), "cannot recover", problem.path1(), error_code::cannot_write_file);
  }
  to.commit();
  now = made.now;
  last_event = now.last_event;
  blobs.emplace(where, now.low_water_blob);
  delete_files(std::move(made.trash));
}

bool database::impl::write(std::span<const batch* const> batches, apply_batch how,
                           std::vector<commit_answer>& answers) {
  answers.clear();
  answers.reserve(batches.size());
  write_transaction to(env);
  effects made{now};
  writer by{to, made, where, limits};
  for (const batch* one : batches) {
    answers.push_back(how(by, *one));
    if (how == apply_directly && answers.back().has_error() && one->mutations.size() > 1) {
      return false;
    }
  }
  finish(to, made);
  return true;
}

void database::impl::delete_files(std::vector<std::string> keys) {
  for (auto& key : keys) {
    const auto file = trash_file(where, key);
    if (remove_file(file)) {
      emptied_directories.insert(file.parent_path());
      emptied_trash.push_back(std::move(key));
    } else {
      log(log_level::warning, "persistence", "cannot remove " + file.native() + ", tried again after the next commit");
      stubborn_trash.push_back(std::move(key));
    }
  }
}

void database::impl::finish(write_transaction& to, effects& made) {
  for (const auto& key : emptied_trash) {
    to.erase(table::trash, key);
  }
  made.now.low_water_blob = blobs->low_water(made.settled);
  if (made.now != now) {
    to.put(table::meta, meta_row::counters, encode(made.now));
  }
  // Names of files are durable before the rows that speak of them; so is their removal before it is forgotten.
  made.directories.insert(emptied_directories.begin(), emptied_directories.end());
  for (const auto& directory : made.directories) {
    sync_directory(directory, error_code::database);
  }
  to.commit();
  ++commits;
  index_state += made.index_changed ? 1 : 0;
  now = made.now;
  last_event = now.last_event;
  became_unstable += made.became_unstable;
  blobs->settle(made.settled);
  emptied_trash.clear();
  emptied_directories.clear();
  auto trash = std::move(stubborn_trash);
  stubborn_trash.clear();
  trash.insert(trash.end(), made.trash.begin(), made.trash.end());
  delete_files(std::move(trash));
}

database::database(const fs::path& directory) : impl_(std::make_unique<impl>(directory)) {
  impl_->start();
}

database::~database() = default;

const recovery_report& database::recovered() const noexcept {
  return impl_->report;
}

std::vector<commit_answer> database::commit(std::span<const batch* const> batches) {
  std::vector<commit_answer> answers;
  if (batches.empty()) {
    return answers;
  }
  if (impl_->closed) {
    throw failure(error(error_code::bad_sequence_of_calls, "the database was closed"));
  }
  // Refusals are rare: only where a batch was refused halfway, the transaction begins again with parts that can be
  // undone.
  if (!impl_->write(batches, apply_directly, answers)) {
    impl_->write(batches, apply, answers);
  }
  return answers;
}

read_transaction database::read() const {
  return impl_->env.read();
}

blob_number database::new_blob() {
  return impl_->blobs->take();
}

blob_number database::new_small_blob() {
  return impl_->blobs->take_without_file();
}

void database::drop_blob(blob_number number) {
  impl_->blobs->drop(number);
}

fs::path database::blob_path(blob_number number) const {
  return impl_->where.blob(number);
}

fs::path database::incoming_directory() const {
  return impl_->where.incoming();
}

fs::path database::outputs_directory() const {
  return impl_->where.outputs();
}

std::uint64_t database::free_bytes() const {
  struct ::statvfs status {};

  if (::statvfs(impl_->where.root().c_str(), &status) != 0) {
    throw_system_failure(errno, "cannot measure", impl_->where.root(), error_code::database);
  }
  return std::uint64_t{status.f_bavail} * status.f_frsize;
}

std::uint64_t database::commit_count() const noexcept {
  return impl_->commits;
}

std::uint64_t database::index_state() const noexcept {
  return impl_->index_state;
}

std::uint64_t database::last_job_event() const noexcept {
  return impl_->last_event;
}

void database::limit(const storage_limits& to) {
  impl_->limits = to;
}

std::uint64_t database::became_unstable() const noexcept {
  return impl_->became_unstable;
}

void database::close_clean() {
  if (impl_->closed) {
    return;
  }
  write_transaction to(impl_->env);
  effects made{impl_->now};
  to.put(table::meta, meta_row::clean, encode_flag(true));
  impl_->finish(to, made);
  impl_->closed = true;
}

} // namespace troupe::persistence
