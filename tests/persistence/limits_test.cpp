#include "fixture.hpp"

namespace troupe::persistence::testing {

BOOST_AUTO_TEST_SUITE(limits_of_the_storage)

namespace {

using enum resource_level;

struct fixture {
  temporary_directory in;
  database db{in.path()};

  commit_answer try_to_add(const place& where, std::uint64_t size = 100) {
    const auto blob = write_blob(db, size);
    auto answer = commit(db, {{instance_at(where, blob, size)}});
    if (!answer) {
      db.drop_blob(blob);
    }
    return answer;
  }

  void add(const place& where, std::uint64_t size = 100) { BOOST_REQUIRE(try_to_add(where, size).has_value()); }

  void protect(std::uint64_t number, bool is_protected, std::int64_t now = 0) {
    BOOST_REQUIRE(was_effective(write(db, {protect_patient{patient_id(number), is_protected, at(now)}})[0]));
  }

  static orthanc_id patient_id(std::uint64_t number) { return name_of(patient, number); }

  std::vector<std::uint64_t> patients() {
    std::vector<std::uint64_t> found;
    for (std::uint64_t number = 1; number < 10; ++number) {
      if (find_resource(db.read(), patient, patient_id(number))) {
        found.push_back(number);
      }
    }
    return found;
  }
};

using numbers = std::vector<std::uint64_t>;

} // namespace

BOOST_FIXTURE_TEST_CASE(the_patient_that_was_added_to_least_recently_makes_room, fixture) {
  db.limit({.patients = 3});
  for (const std::uint64_t number : {1, 2, 3, 1}) {
    add({number, 1, 1, 1 + patients().size()});
  }
  add({4});
  BOOST_TEST((patients() == numbers{1, 3, 4}));
  add({5});
  BOOST_TEST((patients() == numbers{1, 4, 5}));
  BOOST_TEST(files_in(in.path() / "storage") == 4U);
}

BOOST_FIXTURE_TEST_CASE(as_many_patients_go_as_it_takes, fixture) {
  db.limit({.bytes = 1000});
  for (const std::uint64_t number : {1, 2, 3}) {
    add({number}, 300);
  }
  add({4}, 500);
  BOOST_TEST((patients() == numbers{3, 4}));
  BOOST_TEST(statistics(db.read()).disk_bytes == 800U);
}

BOOST_FIXTURE_TEST_CASE(nobody_goes_for_what_would_not_fit_anyway, fixture) {
  db.limit({.bytes = 1000});
  add({1}, 600);
  const auto refused = try_to_add({2}, 1001);
  BOOST_REQUIRE(refused.has_error());
  BOOST_TEST(refused.error().code() == error_code::full_storage);
  BOOST_TEST((patients() == numbers{1}));
  BOOST_TEST(try_to_add({1, 1, 1, 2}, 600).has_error());
  BOOST_TEST((patients() == numbers{1}));
}

BOOST_FIXTURE_TEST_CASE(protected_patients_stay_and_come_last_once_they_are_not, fixture) {
  db.limit({.patients = 2});
  add({1});
  protect(1, true);
  add({2});
  add({3});
  BOOST_TEST((patients() == numbers{1, 3}));
  protect(3, true);
  BOOST_TEST(try_to_add({4}).error().code() == error_code::full_storage);
  BOOST_TEST((patients() == numbers{1, 3}));
  protect(3, false, 1000);
  protect(1, false, 1001);
  add({4});
  BOOST_TEST((patients() == numbers{1, 4}));
}

BOOST_FIXTURE_TEST_CASE(what_is_stored_already_needs_no_room, fixture) {
  add({1}, 100);
  db.limit({.bytes = 100, .patients = 1, .recycle = false});
  BOOST_TEST(std::get<instance_added>((*try_to_add({1}, 100))[0]).already_stored);
  BOOST_TEST(try_to_add({2}).has_error());
  BOOST_TEST(try_to_add({1, 1, 1, 2}).has_error());
  const auto blob = write_blob(db, 100);
  auto again = instance_at({1}, blob, 100);
  again.overwrite = overwrite_mode::always;
  BOOST_TEST(commit(db, {{again}}).has_value());
}

BOOST_FIXTURE_TEST_CASE(narrower_limits_are_enforced_on_what_is_there_one_patient_at_a_time, fixture) {
  for (const std::uint64_t number : {1, 2, 3, 4}) {
    add({number});
  }
  protect(1, true);
  db.limit({.patients = 2, .recycle = false});
  BOOST_TEST(!was_effective(write(db, {enforce_limits{}})[0]));
  BOOST_TEST((patients() == numbers{1, 2, 3, 4}));
  db.limit({.patients = 2});
  BOOST_TEST(was_effective(write(db, {enforce_limits{}})[0]));
  BOOST_TEST((patients() == numbers{1, 3, 4}));
  BOOST_TEST(was_effective(write(db, {enforce_limits{}})[0]));
  BOOST_TEST((patients() == numbers{1, 4}));
  BOOST_TEST(!was_effective(write(db, {enforce_limits{}})[0]));
  db.limit({.bytes = 1});
  BOOST_TEST(was_effective(write(db, {enforce_limits{}})[0]));
  BOOST_TEST(!was_effective(write(db, {enforce_limits{}})[0])); // who is protected stays
  BOOST_TEST((patients() == numbers{1}));
}

BOOST_FIXTURE_TEST_CASE(only_patients_can_be_protected, fixture) {
  add({1});
  BOOST_TEST(!was_effective(write(db, {protect_patient{place{}.id(study), true, {}}})[0]));
  BOOST_TEST(!was_effective(write(db, {protect_patient{patient_id(2), true, {}}})[0]));
  BOOST_TEST(!find_resource(db.read(), patient, patient_id(1))->is_protected());
  protect(1, true);
  protect(1, true);
  BOOST_TEST(find_resource(db.read(), patient, patient_id(1))->is_protected());
  BOOST_TEST(!find_resource(db.read(), study, place{}.id(study))->is_protected());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::persistence::testing
