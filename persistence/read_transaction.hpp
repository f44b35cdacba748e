/// \file
/// A read transaction: a consistent view of all tables. It holds pages alive, so it never outlives a message or an
/// await.
#pragma once

#include <memory>

namespace troupe::persistence {

class environment;

/// Borrowed from the pool of its environment, given back by the destructor. Movable, one thread at a time.
class read_transaction {
public:
  read_transaction(read_transaction&&) noexcept;
  read_transaction& operator=(read_transaction&&) noexcept;
  ~read_transaction();

  /// For the functions of this folder: the LMDB handle (`MDB_txn*`) and where it came from.
  void* handle() const noexcept { return handle_; }

  const environment& origin() const noexcept { return *environment_; }

private:
  friend class environment;

  read_transaction(const environment& origin, void* handle) noexcept : environment_(&origin), handle_(handle) {}

  const environment* environment_;
  void* handle_;
};

} // namespace troupe::persistence
