/// \file
/// The tables of a closed database, opened behind its back.
#pragma once

#include "fixture.hpp"
#include "persistence/codec.hpp"
#include "persistence/keys.hpp"
#include "persistence/transaction.hpp"

namespace troupe::persistence::testing {

/// Calls `change` with a write transaction on the tables and commits.
template <class Change>
void change_raw(const fs::path& directory, Change change) {
  environment env(directory / "index");
  write_transaction to(env);
  to.open_tables(env);
  change(to);
  to.commit();
}

inline void damage(const fs::path& directory, table in, const std::string& key) {
  change_raw(directory, [&](write_transaction& to) {
    BOOST_REQUIRE(to.rows().contains(in, key));
    to.put(in, key, "\xff damaged");
  });
}

inline bool holds(const fs::path& directory, table in, const std::string& key) {
  bool found = false;
  change_raw(directory, [&](write_transaction& to) { found = to.rows().contains(in, key); });
  return found;
}

/// Makes a directory what format 1 had: no index, no events, jobs and counters in version 1 of their records. Its jobs
/// must have no retries and none of the phases that came later.
inline void back_to_format_1(const fs::path& directory) {
  const auto to_version_1 = [](std::string bytes, std::size_t added_bytes) {
    bytes[0] = 1;
    bytes.resize(bytes.size() - added_bytes);
    return bytes;
  };
  change_raw(directory, [&](write_transaction& to) {
    to.erase_prefix(table::job_index, {});
    to.erase_prefix(table::job_events, {});
    std::vector<std::pair<std::string, std::string>> rows;
    for_each_with_prefix(to.rows(), table::jobs, {}, [&](std::string_view key, std::string_view value) {
      rows.emplace_back(key, to_version_1(std::string(value), 1));
      return true;
    });
    for (const auto& [key, value] : rows) {
      to.put(table::jobs, key, value);
    }
    to.put(table::meta, meta_row::counters,
           to_version_1(std::string(to.rows().get(table::meta, meta_row::counters).value()), 24));
    to.put(table::meta, meta_row::format, encode_u32(1));
  });
}

} // namespace troupe::persistence::testing
