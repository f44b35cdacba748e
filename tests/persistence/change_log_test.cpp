#include "persistence/change_store.hpp"
#include "raw.hpp"

namespace troupe::persistence::testing {

BOOST_AUTO_TEST_SUITE(changes_and_stability)

namespace {

using enum change_kind;
using level = resource_level;
using kinds = std::vector<change_kind>;

struct fixture {
  temporary_directory in;
  std::optional<database> db{in.path()};

  void add(const place& where, overwrite_mode overwrite = overwrite_mode::never,
           std::optional<std::uint32_t> expected = {}) {
    const auto blob = write_blob(*db);
    auto added = instance_at(where, blob);
    added.overwrite = overwrite;
    added.facts.index_in_series = static_cast<std::uint32_t>(where.instance);
    if (expected) {
      added.summary.tags[2] = {{0x00181090, std::to_string(*expected)}};
    }
    write(*db, {added});
  }

  bool settle(std::int64_t before, std::uint64_t most = 100) {
    return std::get<stability_settled>(write(*db, {settle_stable{at(before), at(before + 100), most}})[0]).more;
  }

  kinds logged() {
    kinds found;
    for (const auto& one : find_changes(db->read(), {.limit = 1000}).entries) {
      found.push_back(one.what.kind);
    }
    return found;
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_series_that_gets_its_last_instance_is_complete_once, fixture) {
  add({1, 1, 1, 1}, overwrite_mode::never, 3);
  add({1, 1, 1, 2}, overwrite_mode::never, 3);
  BOOST_TEST((logged() == kinds{new_instance, new_series, new_study, new_patient, new_instance}));
  add({1, 1, 1, 3}, overwrite_mode::never, 3);
  BOOST_TEST((logged().back() == completed_series));
  add({1, 1, 1, 4}, overwrite_mode::never, 3);
  BOOST_TEST((logged().back() == new_instance));
}

BOOST_FIXTURE_TEST_CASE(a_replaced_instance_is_new_again_and_not_twice, fixture) {
  add({1, 1, 1, 1});
  add({1, 1, 1, 2});
  add({1, 1, 1, 1}, overwrite_mode::always);
  BOOST_TEST((logged() == kinds{new_series, new_study, new_patient, new_instance, new_instance}));
}

BOOST_FIXTURE_TEST_CASE(the_changes_of_a_resource_go_with_it, fixture) {
  add({1, 1, 1, 1});
  add({1, 2, 1, 1});
  settle(100);
  write(*db, {log_change{updated_metadata, level::study, place{1, 2}.id(level::study), at(1)}});
  write(*db, {remove_resource{place{1, 2}.id(level::study), level::study}});
  BOOST_TEST(
    (logged() == kinds{new_instance, new_series, new_study, new_patient, stable_series, stable_study, stable_patient}));
  write(*db, {remove_resource{place{}.id(level::patient), level::patient}});
  BOOST_TEST(logged().empty());
  BOOST_TEST(last_change(db->read()) == 13U);
}

BOOST_FIXTURE_TEST_CASE(what_is_not_stable_yet_is_known_after_a_restart, fixture) {
  add({});
  db.reset();
  db.emplace(in.path());
  BOOST_TEST(!find_resource(db->read(), place{}.id(level::series))->is_stable());
  BOOST_TEST((first_unstable(db->read()) == at(1)));
  settle(0);
  BOOST_TEST(!find_resource(db->read(), place{}.id(level::series))->is_stable());
  settle(1);
  BOOST_TEST(find_resource(db->read(), place{}.id(level::series))->is_stable());
  BOOST_TEST(!first_unstable(db->read()));
  BOOST_TEST((find_changes(db->read(), {.limit = 10}).entries.back().what.time == at(101)));
}

BOOST_FIXTURE_TEST_CASE(a_later_instance_defers_stability_and_ends_it, fixture) {
  add({1, 1, 1, 1});
  add({1, 2, 1, 1}); // the patient is unstable since 1, the first study too, the second since 2
  settle(1);
  BOOST_TEST(find_resource(db->read(), place{1, 1}.id(level::study))->is_stable());
  BOOST_TEST(!find_resource(db->read(), place{1, 2}.id(level::study))->is_stable());
  BOOST_TEST(!find_resource(db->read(), place{}.id(level::patient))->is_stable());
  settle(2);
  BOOST_TEST(find_resource(db->read(), place{}.id(level::patient))->is_stable());
  add({1, 1, 1, 2});
  BOOST_TEST(!find_resource(db->read(), place{1, 1}.id(level::study))->is_stable());
  BOOST_TEST(find_resource(db->read(), place{1, 2}.id(level::study))->is_stable());
}

BOOST_FIXTURE_TEST_CASE(an_upload_into_what_is_unstable_adds_no_row, fixture) {
  add({1, 1, 1, 1});
  BOOST_TEST(db->became_unstable() == 3U);
  add({1, 1, 1, 2});
  BOOST_TEST(db->became_unstable() == 3U);
  add({1, 1, 2, 1});
  BOOST_TEST(db->became_unstable() == 4U);
}

BOOST_FIXTURE_TEST_CASE(many_become_stable_in_several_turns, fixture) {
  for (std::uint64_t i = 1; i <= 5; ++i) {
    add({i});
  }
  int turns = 1;
  while (settle(100, 4)) {
    ++turns;
  }
  BOOST_TEST(turns == 4);
  BOOST_TEST(logged().size() == 5 * 7U);
}

BOOST_FIXTURE_TEST_CASE(numbers_go_on_after_the_log_was_cleared, fixture) {
  add({});
  settle(100);
  write(*db, {clear_changes{}});
  BOOST_TEST(logged().empty());
  add({1, 1, 1, 2});
  BOOST_TEST(find_changes(db->read(), {.limit = 1}).entries[0].number == 8U);
  write(*db, {remove_resource{place{}.id(level::patient), level::patient}});
  BOOST_TEST(logged().empty());
}

BOOST_FIXTURE_TEST_CASE(a_directory_of_format_2_gets_what_format_3_keeps, fixture) {
  add({1, 1, 1, 1});
  add({1, 1, 1, 2});
  add({1, 1, 1, 2}, overwrite_mode::always);
  add({2});
  const auto before = logged();
  db.reset();
  back_to_format_2(in.path());
  for (int round = 0; round < 2; ++round) {
    db.emplace(in.path());
    BOOST_TEST((logged() == before));
    const auto patient = find_resource(db->read(), place{}.id(level::patient));
    BOOST_REQUIRE(patient);
    BOOST_TEST(patient->instances == 2U);
    BOOST_TEST(!patient->is_stable());
    BOOST_TEST(!patient->is_protected());
    BOOST_TEST((find_changes(db->read(), {.limit = 9, .kinds = {new_study}}).entries.size() == 2));
    db.reset();
  }
  db.emplace(in.path());
  settle(100);
  BOOST_TEST(logged().size() == before.size() + 6);
  db->limit({.patients = 1});
  write(*db, {enforce_limits{}});
  BOOST_TEST(!find_resource(db->read(), place{}.id(level::patient)));
  BOOST_TEST(find_resource(db->read(), place{2}.id(level::patient)).has_value());
  BOOST_TEST(logged().size() == 7U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::persistence::testing
