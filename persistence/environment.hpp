/// \file
/// The LMDB environment: opened once, locked against other processes, with its tables and a pool of read transactions.
#pragma once

#include "persistence/file.hpp"
#include "persistence/read_transaction.hpp"
#include "persistence/tables.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string_view>
#include <vector>

namespace troupe::persistence {

/// Address space reserved for a database. The file grows as it is filled, up to this.
inline constexpr std::size_t default_map_bytes = std::size_t{1} << 40;

/// An open environment. Any thread may read; one thread at a time writes (persistence/transaction.hpp).
class environment {
public:
  /// Opens what is in `directory`, which must exist. Throws `failure(database)` if somebody else has it open.
  /// The tables come with the first write transaction: `open_tables`.
  explicit environment(const std::filesystem::path& directory, std::size_t map_bytes = default_map_bytes);
  ~environment();
  environment(const environment&) = delete;
  environment& operator=(const environment&) = delete;

  /// A consistent view of the tables. Any thread. Throws `failure(database_unavailable)` when too many are out.
  read_transaction read() const;

  /// An undecodable record was met: counts it, and logs its table and key.
  void note_undecodable(table where, std::string_view key) const;

  /// How often that happened.
  std::uint64_t undecodable() const noexcept { return undecodable_; }

  // -- for the transactions -----------------------------------------------------------------------------------------
  /// The LMDB handle, `MDB_env*`.
  void* handle() const noexcept { return handle_; }

  unsigned table_handle(table which) const noexcept { return tables_[static_cast<std::size_t>(which)]; }

  void set_table_handle(table which, unsigned handle) noexcept { tables_[static_cast<std::size_t>(which)] = handle; }

  /// Takes a read transaction back into the pool.
  void give_back(void* transaction) const noexcept;
  /// Throws the `failure` for an error of LMDB: `full_storage` where nothing more fits, else `database`.
  [[noreturn]] void fail(int code, std::string_view doing) const;

private:
  void open(std::size_t map_bytes);
  bool is_full() const noexcept;

  std::filesystem::path directory_;
  file_descriptor lock_;
  void* handle_ = nullptr;
  std::array<unsigned, table_count> tables_{};
  mutable std::mutex mutex_;
  mutable std::vector<void*> idle_; ///< read transactions that nobody uses now; guarded by the mutex
  mutable std::atomic<std::uint64_t> undecodable_{0};
};

} // namespace troupe::persistence
