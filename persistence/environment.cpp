#include "persistence/environment.hpp"

#include "core/log.hpp"

#include <lmdb.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace troupe::persistence {
namespace {

constexpr unsigned max_readers = 1024;
/// So many undecodable records are logged, then only counted.
constexpr std::uint64_t max_logged = 100;
/// Written to find out whether an "input/output error" was a full disk: LMDB says EIO for both.
constexpr std::array<char, 1 << 20> probe{};

MDB_env* env(void* handle) {
  return static_cast<MDB_env*>(handle);
}

MDB_txn* txn(void* handle) {
  return static_cast<MDB_txn*>(handle);
}

int lock_directory(const std::filesystem::path& directory) {
  const auto path = directory / "lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    throw_system_failure(errno, "cannot open", path, error_code::database);
  }
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    const int why = errno;
    ::close(file);
    if (why != EWOULDBLOCK) {
      throw_system_failure(why, "cannot lock", path, error_code::database);
    }
    throw failure(error(error_code::database, "in use by another process, which holds the lock on " + path.native()));
  }
  return file;
}

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text.push_back(digits[static_cast<unsigned char>(byte) >> 4]);
    text.push_back(digits[static_cast<unsigned char>(byte) & 0xF]);
  }
  return text;
}

} // namespace

environment::environment(const std::filesystem::path& directory, std::size_t map_bytes)
  : directory_(directory),
    lock_(lock_directory(directory)) {
  try {
    open(map_bytes);
  } catch (...) {
    mdb_env_close(env(handle_));
    throw;
  }
}

void environment::open(std::size_t map_bytes) {
  const auto check = [this](int code) {
    if (code != 0) {
      fail(code, "cannot open " + directory_.native());
    }
  };
  MDB_env* opened = nullptr;
  check(mdb_env_create(&opened));
  handle_ = opened;
  check(mdb_env_set_mapsize(opened, map_bytes));
  check(mdb_env_set_maxreaders(opened, max_readers));
  check(mdb_env_set_maxdbs(opened, table_count));
  check(mdb_env_open(opened, directory_.c_str(), MDB_NOTLS, 0600));
}

environment::~environment() {
  for (void* const transaction : idle_) {
    mdb_txn_abort(txn(transaction));
  }
  mdb_env_close(env(handle_));
}

read_transaction environment::read() const {
  void* idle = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      idle = idle_.back();
      idle_.pop_back();
    }
  }
  if (idle) {
    if (const int code = mdb_txn_renew(txn(idle)); code != 0) {
      mdb_txn_abort(txn(idle));
      fail(code, "cannot read");
    }
    return {*this, idle};
  }
  MDB_txn* fresh = nullptr;
  if (const int code = mdb_txn_begin(env(handle_), nullptr, MDB_RDONLY, &fresh); code != 0) {
    fail(code, "cannot read");
  }
  return {*this, fresh};
}

void environment::give_back(void* transaction) const noexcept {
  mdb_txn_reset(txn(transaction));
  try {
    const std::lock_guard lock(mutex_);
    idle_.push_back(transaction);
  } catch (const std::bad_alloc&) {
    mdb_txn_abort(txn(transaction));
  }
}

void environment::note_undecodable(table where, std::string_view key) const {
  if (undecodable_.fetch_add(1) < max_logged) {
    log(log_level::error, "persistence",
        "undecodable record kept: table " + std::string(describe(where).name) + ", key " + hexadecimal(key));
  }
}

bool environment::is_full() const noexcept {
  const auto path = directory_ / "probe";

  struct ::stat data {};

  const bool sized = ::stat((directory_ / "data.mdb").c_str(), &data) == 0;
  file_descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (!sized || !file.valid()) {
    return means_full(errno);
  }
  const auto written = ::pwrite(file.number(), probe.data(), probe.size(), data.st_size);
  const bool full = written < 0 ? means_full(errno) : static_cast<std::size_t>(written) < probe.size();
  file.close();
  ::unlink(path.c_str());
  return full;
}

void environment::fail(int code, std::string_view doing) const {
  const auto as = [&](error_code what) { return failure(error(what, std::string(doing) + ": " + mdb_strerror(code))); };
  switch (code) {
  case MDB_MAP_FULL:
  case MDB_TXN_FULL:
    throw as(error_code::full_storage);
  case MDB_READERS_FULL:
    throw as(error_code::database_unavailable);
  case MDB_VERSION_MISMATCH:
    throw as(error_code::incompatible_database_version);
  case ENOMEM:
    throw as(error_code::not_enough_memory);
  default:
    throw as(means_full(code) || (code == EIO && is_full()) ? error_code::full_storage : error_code::database);
  }
}

read_transaction::read_transaction(read_transaction&& other) noexcept
  : environment_(other.environment_),
    handle_(std::exchange(other.handle_, nullptr)) {}

read_transaction& read_transaction::operator=(read_transaction&& other) noexcept {
  std::swap(environment_, other.environment_);
  std::swap(handle_, other.handle_);
  return *this;
}

read_transaction::~read_transaction() {
  if (handle_) {
    environment_->give_back(handle_);
  }
}

} // namespace troupe::persistence
