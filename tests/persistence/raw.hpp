/// \file
/// The tables of a closed database, opened behind its back.
#pragma once

#include "fixture.hpp"
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

} // namespace troupe::persistence::testing
