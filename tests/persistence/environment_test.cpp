#include "fixture.hpp"
#include "persistence/codec.hpp"
#include "persistence/environment.hpp"
#include "persistence/keys.hpp"
#include "persistence/transaction.hpp"

#include <thread>

namespace troupe::persistence::testing {

BOOST_AUTO_TEST_SUITE(environment_and_transactions)

namespace {

/// An environment with its tables.
struct opened {
  explicit opened(const fs::path& directory, std::size_t map_bytes = default_map_bytes) : env(directory, map_bytes) {
    write_transaction to(env);
    to.open_tables(env);
    to.put(table::meta, meta_row::format, encode_u32(format_version));
    to.commit();
  }

  environment env;
};

void put(environment& in, std::string_view key, std::string_view value) {
  write_transaction to(in);
  to.put(table::jobs, key, value);
  to.commit();
}

bool has(const environment& in, std::string_view key) {
  const auto from = in.read();
  return view(from).contains(table::jobs, key);
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_not_committed_is_undone) {
  const temporary_directory in;
  opened one(in.path());
  {
    write_transaction to(one.env);
    to.put(table::jobs, "a", "1");
  }
  BOOST_TEST(!has(one.env, "a"));
  put(one.env, "a", "1");
  BOOST_TEST(has(one.env, "a"));
}

BOOST_AUTO_TEST_CASE(a_part_is_undone_without_the_whole) {
  const temporary_directory in;
  opened one(in.path());
  write_transaction to(one.env);
  to.put(table::jobs, "a", "1");
  {
    write_transaction part(part_of{to});
    part.put(table::jobs, "b", "1");
  }
  {
    write_transaction part(part_of{to});
    part.put(table::jobs, "c", "1");
    part.commit();
  }
  to.commit();
  BOOST_TEST((has(one.env, "a") && !has(one.env, "b") && has(one.env, "c")));
}

BOOST_AUTO_TEST_CASE(a_read_transaction_sees_one_moment) {
  const temporary_directory in;
  opened one(in.path());
  const auto before = one.env.read();
  put(one.env, "a", "1");
  BOOST_TEST(!view(before).contains(table::jobs, "a"));
  BOOST_TEST(has(one.env, "a"));
}

BOOST_AUTO_TEST_CASE(read_transactions_move_between_threads_and_many_may_be_out) {
  const temporary_directory in;
  opened one(in.path());
  put(one.env, "a", "1");
  std::vector<read_transaction> out;
  for (int i = 0; i < 1000; ++i) {
    out.push_back(one.env.read());
  }
  bool found = false;
  std::thread([&, moved = std::move(out.back())] { found = view(moved).contains(table::jobs, "a"); }).join();
  BOOST_TEST(found);
}

BOOST_AUTO_TEST_CASE(more_readers_than_there_are_places_are_refused_until_one_comes_back) {
  const temporary_directory in;
  opened one(in.path());
  std::vector<read_transaction> out;
  BOOST_TEST(failure_of([&] {
               for (int i = 0; i < 2000; ++i) {
                 out.push_back(one.env.read());
               }
             })
             == error_code::database_unavailable);
  out.pop_back();
  BOOST_TEST(failure_of([&] { out.push_back(one.env.read()); }) == error_code::success);
}

BOOST_AUTO_TEST_CASE(a_full_map_is_a_full_storage_and_harms_nothing) {
  const temporary_directory in;
  opened one(in.path(), std::size_t{1} << 20);
  const auto fill = [&] {
    write_transaction to(one.env);
    for (std::uint64_t i = 0; i < 10'000; ++i) {
      to.append(table::jobs, number_key(i), std::string(1000, 'x'));
    }
    to.commit();
  };
  BOOST_TEST(failure_of(fill) == error_code::full_storage);
  BOOST_TEST(!has(one.env, number_key(0)));
  put(one.env, "a", "1");
  BOOST_TEST(has(one.env, "a"));
}

BOOST_AUTO_TEST_CASE(append_also_takes_keys_that_are_not_the_last) {
  const temporary_directory in;
  opened one(in.path());
  write_transaction to(one.env);
  for (const auto* key : {"b", "a", "c", "b"}) {
    to.append(table::jobs, key, "1");
  }
  BOOST_TEST(to.rows().count(table::jobs) == 3U);
}

BOOST_AUTO_TEST_CASE(rows_with_a_prefix_are_removed_and_no_others) {
  const temporary_directory in;
  opened one(in.path());
  write_transaction to(one.env);
  for (const auto* key : {"a", "ab", "abc", "b"}) {
    to.put(table::jobs, key, "1");
  }
  to.erase_prefix(table::jobs, "ab");
  BOOST_TEST(to.rows().contains(table::jobs, "a"));
  BOOST_TEST(to.rows().contains(table::jobs, "b"));
  BOOST_TEST(to.rows().count(table::jobs) == 2U);
  BOOST_TEST(!to.erase(table::jobs, "ab"));
}

BOOST_AUTO_TEST_CASE(a_key_longer_than_possible_is_absent) {
  const temporary_directory in;
  opened one(in.path());
  BOOST_TEST(!has(one.env, std::string(max_key_bytes + 1, 'k')));
  BOOST_TEST(!has(one.env, ""));
}

BOOST_AUTO_TEST_CASE(a_second_opening_is_refused_at_once) {
  const temporary_directory in;
  {
    const environment first(in.path());
    BOOST_CHECK_EXCEPTION(environment second(in.path()), failure, [](const failure& problem) {
      return problem.why().code() == error_code::database
             && problem.why().details().find("in use by another process") != std::string::npos;
    });
  }
  BOOST_CHECK_NO_THROW(environment again(in.path()));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::persistence::testing
