#include "actors/stability.hpp"
#include "fixture.hpp"
#include "persistence/change_store.hpp"
#include "persistence/index_store.hpp"

#include <boost/test/unit_test.hpp>

namespace troupe::testing {

BOOST_AUTO_TEST_SUITE(stability_of_resources)

namespace {

using std::chrono::seconds;

/// A server with its keeper of stability.
struct server : run {
  explicit server(const std::filesystem::path& directory, std::int64_t stable_age = 10)
    : run(directory, {}, [&](options& set) { set.stable_age_s.set_value(stable_age); }) {
    keeper = system.spawn(troupe::stability, &parts, store);
    settle();
  }

  ~server() { caf::anon_send_exit(keeper, caf::exit_reason::kill); }

  /// Each into a series of its own patient.
  void upload(std::uint8_t patient, std::uint64_t number) {
    auto added = instance(number);
    for (std::size_t level = 0; level < 3; ++level)
      added.summary.ids[level].bytes[2] = patient;
    added.facts.received = clock.now();
    const auto change = std::make_shared<batch>();
    change->mutations.emplace_back(std::move(added));
    caf::anon_send(
      store, persist_for{change, [](const persistence::commit_answer& answer) { BOOST_REQUIRE(answer.has_value()); }});
    settle();
  }

  std::size_t stable_changes() {
    std::size_t count = 0;
    const std::vector kinds{change_kind::stable_series, change_kind::stable_study, change_kind::stable_patient};
    for (const auto& one : persistence::find_changes(database.read(), {.limit = 1000, .kinds = kinds}).entries) {
      BOOST_TEST((one.what.time <= clock.now()));
      ++count;
    }
    return count;
  }

  stability_actor keeper;
};

} // namespace

BOOST_AUTO_TEST_CASE(resources_become_stable_when_nothing_came_for_the_age) {
  const scratch in;
  server one(in.path);
  one.upload(1, 1);
  one.pass(seconds(9));
  BOOST_TEST(one.stable_changes() == 0U);
  one.pass(seconds(1));
  BOOST_TEST(one.stable_changes() == 3U);
  one.pass(seconds(100));
  BOOST_TEST(one.stable_changes() == 3U);
}

BOOST_AUTO_TEST_CASE(a_later_upload_begins_the_wait_anew) {
  const scratch in;
  server one(in.path);
  one.upload(1, 1);
  one.pass(seconds(6));
  one.upload(1, 2);
  one.pass(seconds(6));
  BOOST_TEST(one.stable_changes() == 0U);
  one.pass(seconds(4));
  BOOST_TEST(one.stable_changes() == 3U);
  one.upload(1, 3);
  one.pass(seconds(10));
  BOOST_TEST(one.stable_changes() == 6U);
}

BOOST_AUTO_TEST_CASE(each_has_its_own_time) {
  const scratch in;
  server one(in.path);
  one.upload(1, 1);
  one.pass(seconds(3));
  one.upload(2, 2);
  one.pass(seconds(7));
  BOOST_TEST(one.stable_changes() == 3U);
  one.pass(seconds(3));
  BOOST_TEST(one.stable_changes() == 6U);
}

BOOST_AUTO_TEST_CASE(what_waits_survives_a_restart) {
  const scratch in;
  {
    server one(in.path);
    one.upload(1, 1);
    one.pass(seconds(6));
  }
  server again(in.path); // whose clock begins when that of the first one did
  again.pass(seconds(9));
  BOOST_TEST(again.stable_changes() == 0U);
  again.pass(seconds(1));
  BOOST_TEST(again.stable_changes() == 3U);
}

BOOST_AUTO_TEST_CASE(what_was_due_while_the_server_was_down_is_stable_at_once) {
  const scratch in;
  {
    server one(in.path);
    one.pass(seconds(5));
    one.upload(1, 1);
  }
  server again(in.path, 1);
  BOOST_TEST(again.stable_changes() == 0U);
  again.pass(seconds(6));
  BOOST_TEST(again.stable_changes() == 3U);
}

BOOST_AUTO_TEST_CASE(many_become_stable_although_one_turn_does_not_take_them_all) {
  const scratch in;
  server one(in.path);
  for (std::uint64_t number = 1; number <= 100; ++number)
    one.upload(static_cast<std::uint8_t>(number), number);
  one.pass(seconds(10));
  BOOST_TEST(one.stable_changes() == 300U);
}

BOOST_AUTO_TEST_CASE(nothing_wakes_while_nothing_waits) {
  const scratch in;
  server one(in.path);
  one.upload(1, 1);
  one.pass(seconds(10));
  const auto commits = one.database.commit_count();
  BOOST_TEST(!one.coordinator.has_pending_timeout());
  one.pass(std::chrono::hours(1));
  BOOST_TEST(one.database.commit_count() == commits);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::testing
