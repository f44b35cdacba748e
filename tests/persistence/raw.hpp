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

/// Makes a directory what format 2 had: changes that are arrivals, resources and counters in older versions of their
/// records. The log must hold nothing but arrivals.
inline void back_to_format_2(const fs::path& directory) {
  const auto to_version_1 = [](const resource& one) {
    auto bytes = encode(one);
    const std::size_t state = one.level == resource_level::instance  ? 0
                              : one.level == resource_level::patient ? 24
                                                                     : 16;
    bytes.erase(2 + 8 + state + 8, 8); // arrival
    bytes.erase(2 + 8, state);
    bytes[0] = 1;
    return bytes;
  };
  change_raw(directory, [&](write_transaction& to) {
    for (const auto since_3 : {table::tag_index, table::resource_changes, table::change_kinds, table::unstable,
                               table::recycling, table::exports}) {
      to.clear(since_3);
    }
    std::vector<std::pair<std::string, std::string>> rows;
    for_each_with_prefix(to.rows(), table::resources, {}, [&](std::string_view key, std::string_view value) {
      rows.emplace_back(key, to_version_1(*decode_resource(*number_at(key), value)));
      return true;
    });
    for (const auto& [key, value] : rows) {
      to.put(table::resources, key, value);
    }
    auto counted = std::string(to.rows().get(table::meta, meta_row::counters).value());
    counted[0] = 2;
    counted.resize(counted.size() - 8);
    to.put(table::meta, meta_row::counters, counted);
    to.put(table::meta, meta_row::format, encode_u32(2));
  });
}

/// Makes a directory what format 1 had: no index, no events, jobs and counters in version 1 of their records. Its jobs
/// must have no retries and none of the phases that came later.
inline void back_to_format_1(const fs::path& directory) {
  const auto to_version_1 = [](std::string bytes, std::size_t added_bytes) {
    bytes[0] = 1;
    bytes.resize(bytes.size() - added_bytes);
    return bytes;
  };
  back_to_format_2(directory);
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
