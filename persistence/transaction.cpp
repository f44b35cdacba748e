#include "persistence/transaction.hpp"

#include "persistence/codec.hpp"

#include <lmdb.h>

#include <string>
#include <utility>

namespace troupe::persistence {
namespace {

MDB_txn* txn(void* handle) {
  return static_cast<MDB_txn*>(handle);
}

MDB_cursor* cursor_of(void* handle) {
  return static_cast<MDB_cursor*>(handle);
}

/// LMDB takes pointers to mutable bytes but leaves those of keys and values alone.
MDB_val val(std::string_view bytes) {
  return {bytes.size(), const_cast<char*>(bytes.data())};
}

std::string_view bytes_of(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

void* begin(const environment& in, void* parent) {
  MDB_txn* begun = nullptr;
  if (const int code = mdb_txn_begin(static_cast<MDB_env*>(in.handle()), txn(parent), 0, &begun); code != 0) {
    in.fail(code, "cannot write");
  }
  return begun;
}

} // namespace

// -- view -----------------------------------------------------------------------------------------------------------

std::optional<std::string_view> view::get(table in, std::string_view key) const {
  auto wanted = val(key);
  MDB_val found{};
  const int code = mdb_get(txn(handle_), origin_->table_handle(in), &wanted, &found);
  if (code == MDB_NOTFOUND || code == MDB_BAD_VALSIZE) {
    return std::nullopt;
  }
  if (code != 0) {
    origin_->fail(code, "cannot read");
  }
  return bytes_of(found);
}

std::uint64_t view::count(table in) const {
  MDB_stat stat{};
  if (const int code = mdb_stat(txn(handle_), origin_->table_handle(in), &stat); code != 0) {
    origin_->fail(code, "cannot read");
  }
  return stat.ms_entries;
}

// -- cursor ---------------------------------------------------------------------------------------------------------

cursor::cursor(view from, table in) : origin_(from.origin()) {
  MDB_cursor* opened = nullptr;
  if (const int code = mdb_cursor_open(txn(from.handle()), origin_.table_handle(in), &opened); code != 0) {
    origin_.fail(code, "cannot read");
  }
  handle_ = opened;
}

cursor::~cursor() {
  mdb_cursor_close(cursor_of(handle_));
}

bool cursor::seek(std::string_view key) {
  key_ = key;
  return move(key.empty() ? MDB_FIRST : MDB_SET_RANGE);
}

bool cursor::first() {
  return move(MDB_FIRST);
}

bool cursor::last() {
  return move(MDB_LAST);
}

bool cursor::next() {
  return move(MDB_NEXT);
}

bool cursor::previous() {
  return move(MDB_PREV);
}

bool cursor::move(int operation) {
  auto key = val(key_);
  MDB_val value{};
  const int code = mdb_cursor_get(cursor_of(handle_), &key, &value, static_cast<MDB_cursor_op>(operation));
  if (code != 0 && code != MDB_NOTFOUND) {
    origin_.fail(code, "cannot read");
  }
  key_ = code == 0 ? bytes_of(key) : std::string_view{};
  value_ = code == 0 ? bytes_of(value) : std::string_view{};
  return code == 0;
}

// -- write_transaction ----------------------------------------------------------------------------------------------

write_transaction::write_transaction(environment& in) : origin_(in), handle_(begin(in, nullptr)) {}

write_transaction::write_transaction(part_of whole)
  : origin_(whole.parent.origin_),
    handle_(begin(whole.parent.origin_, whole.parent.handle_)) {}

write_transaction::~write_transaction() {
  if (handle_) {
    mdb_txn_abort(txn(handle_));
  }
}

void write_transaction::open_tables(environment& in) {
  const auto open = [&](table which, unsigned flags) {
    MDB_dbi handle = 0;
    const int code = mdb_dbi_open(txn(handle_), describe(which).name, flags, &handle);
    if (code != 0 && code != MDB_NOTFOUND) {
      in.fail(code, std::string("cannot open table ") + describe(which).name);
    }
    in.set_table_handle(which, handle);
    return code == 0;
  };
  if (open(table::meta, 0)) {
    const auto bytes = rows().get(table::meta, meta_row::format);
    const auto format = bytes ? decode_u32(*bytes) : std::nullopt;
    if (!format || *format > format_version) {
      const auto found = format ? "format " + std::to_string(*format) : std::string("an unknown format");
      throw failure(
        error(error_code::incompatible_database_version,
              "the database has " + found + ", this version reads up to format " + std::to_string(format_version)));
    }
  }
  for (const auto& row : tables) {
    open(row.id, MDB_CREATE);
  }
}

void write_transaction::put(table in, std::string_view key, std::string_view value) {
  auto key_bytes = val(key);
  auto value_bytes = val(value);
  if (const int code = mdb_put(txn(handle_), origin_.table_handle(in), &key_bytes, &value_bytes, 0); code != 0) {
    origin_.fail(code, "cannot write");
  }
}

void write_transaction::append(table in, std::string_view key, std::string_view value) {
  auto key_bytes = val(key);
  auto value_bytes = val(value);
  const int code = mdb_put(txn(handle_), origin_.table_handle(in), &key_bytes, &value_bytes, MDB_APPEND);
  if (code == MDB_KEYEXIST) {
    put(in, key, value);
  } else if (code != 0) {
    origin_.fail(code, "cannot write");
  }
}

bool write_transaction::erase(table in, std::string_view key) {
  auto key_bytes = val(key);
  const int code = mdb_del(txn(handle_), origin_.table_handle(in), &key_bytes, nullptr);
  if (code != 0 && code != MDB_NOTFOUND) {
    origin_.fail(code, "cannot write");
  }
  return code == 0;
}

void write_transaction::clear(table in) {
  constexpr int keep_table = 0;
  if (const int code = mdb_drop(txn(handle_), origin_.table_handle(in), keep_table); code != 0) {
    origin_.fail(code, "cannot write");
  }
}

void write_transaction::erase_prefix(table in, std::string_view prefix) {
  for (;;) {
    std::string key;
    for_each_with_prefix(rows(), in, prefix, [&](std::string_view found, std::string_view) {
      key = found;
      return false;
    });
    if (key.empty()) {
      return;
    }
    erase(in, key);
  }
}

void write_transaction::commit() {
  if (const int code = mdb_txn_commit(txn(std::exchange(handle_, nullptr))); code != 0) {
    origin_.fail(code, "cannot commit");
  }
}

} // namespace troupe::persistence
