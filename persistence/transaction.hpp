/// \file
/// Rows of the tables within one transaction: looking them up, walking over them, changing them.
///
/// What these return points into the database. It is gone with the transaction, and after any change in a write
/// transaction.
#pragma once

#include "persistence/environment.hpp"
#include "persistence/read_transaction.hpp"
#include "persistence/tables.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace troupe::persistence {

/// A transaction to read from: one of the pool, or the write transaction under way, which sees its own changes.
class view {
public:
  // NOLINTNEXTLINE(google-explicit-constructor): a read transaction is what most callers have
  view(const read_transaction& from) noexcept : origin_(&from.origin()), handle_(from.handle()) {}

  view(const environment& origin, void* handle) noexcept : origin_(&origin), handle_(handle) {}

  std::optional<std::string_view> get(table in, std::string_view key) const;

  bool contains(table in, std::string_view key) const { return get(in, key).has_value(); }

  /// Number of rows; costs nothing.
  std::uint64_t count(table in) const;

  const environment& origin() const noexcept { return *origin_; }

  void* handle() const noexcept { return handle_; }

private:
  const environment* origin_;
  void* handle_;
};

/// A place in a table. Moves answer false at the end; then there is neither key nor value.
class cursor {
public:
  cursor(view from, table in);
  cursor(const cursor&) = delete;
  cursor& operator=(const cursor&) = delete;
  ~cursor();

  /// To the first row whose key is not below `key`.
  bool seek(std::string_view key);
  bool first();
  bool last();
  bool next();
  bool previous();

  std::string_view key() const noexcept { return key_; }

  std::string_view value() const noexcept { return value_; }

private:
  bool move(int operation);

  const environment& origin_;
  void* handle_;
  std::string_view key_;
  std::string_view value_;
};

/// Calls `visit(key, value)` for the rows whose keys begin with `prefix` until it returns false.
template <class Visit>
void for_each_with_prefix(view from, table in, std::string_view prefix, Visit visit) {
  cursor at(from, in);
  for (bool more = at.seek(prefix); more && at.key().starts_with(prefix); more = at.next()) {
    if (!visit(at.key(), at.value())) {
      return;
    }
  }
}

class write_transaction;

/// Says that a write transaction is a part of another one.
struct part_of {
  write_transaction& parent;
};

/// The write transaction. Undone unless committed. On one thread; there is one at a time.
/// Every function throws the `failure` of `environment::fail`; then nothing can be done but to let go of the
/// transaction.
class write_transaction {
public:
  explicit write_transaction(environment& in);
  /// A part that can be undone on its own. The parent must rest meanwhile.
  explicit write_transaction(part_of whole);
  write_transaction(const write_transaction&) = delete;
  write_transaction& operator=(const write_transaction&) = delete;
  ~write_transaction();

  /// Makes the tables that are missing. Throws `incompatible_database_version` if the directory is of a newer format.
  void open_tables(environment& in);

  /// Sets a row.
  void put(table in, std::string_view key, std::string_view value);
  /// Sets a row whose key is most likely behind all others: full pages instead of half-full ones.
  void append(table in, std::string_view key, std::string_view value);
  /// Removes a row; false if there was none. Neither argument may point into the database.
  bool erase(table in, std::string_view key);
  /// Removes all rows.
  void clear(table in);
  /// Removes all rows whose keys begin with `prefix`.
  void erase_prefix(table in, std::string_view prefix);

  view rows() const noexcept { return {origin_, handle_}; }

  /// Makes it durable, or a part of the parent.
  void commit();

private:
  const environment& origin_;
  void* handle_ = nullptr;
};

} // namespace troupe::persistence
