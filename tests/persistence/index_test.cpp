#include "persistence/codec.hpp"
#include "raw.hpp"

namespace troupe::persistence::testing {

BOOST_AUTO_TEST_SUITE(index_of_resources)

namespace {

using enum resource_level;

struct fixture {
  temporary_directory in;
  database db{in.path()};

  blob_number add(const place& where, overwrite_mode overwrite = overwrite_mode::never, std::uint64_t size = 100) {
    const auto blob = write_blob(db, size);
    auto added = instance_at(where, blob, size);
    added.overwrite = overwrite;
    write(db, {added});
    return blob;
  }

  resource_removed remove(const place& where, resource_level level) {
    return std::get<resource_removed>(write(db, {remove_resource{where.id(level), level}})[0]);
  }

  bool has(const place& where, resource_level level) {
    return find_resource(db.read(), level, where.id(level)).has_value();
  }

  std::array<std::uint64_t, 4> counts() { return statistics(db.read()).count; }

  std::vector<orthanc_id> ids(resource_level level, std::uint64_t since = 0) {
    std::vector<orthanc_id> found;
    for_each_id(db.read(), level, since, [&](const orthanc_id& id) {
      found.push_back(id);
      return true;
    });
    return found;
  }
};

using totals = std::array<std::uint64_t, 4>;

} // namespace

BOOST_FIXTURE_TEST_CASE(an_instance_makes_its_parents, fixture) {
  const place where;
  const auto blob = add(where);
  BOOST_TEST((counts() == totals{1, 1, 1, 1}));
  BOOST_TEST(statistics(db.read()).disk_bytes == 100U);
  const auto from = db.read();
  const auto instance = find_resource(from, instance_at(where, blob).summary.ids[3]);
  BOOST_REQUIRE(instance.has_value());
  BOOST_TEST((instance->level == resource_level::instance));
  BOOST_TEST(find_instance(from, instance->key)->blob.number == blob);
  const auto up = find_resource(from, instance->parent);
  BOOST_TEST((up->id == where.id(series)));
  const auto above = find_resource(from, up->parent);
  BOOST_TEST((above->patient_tags == find_resource(from, above->parent)->tags));
  BOOST_TEST(find_resource(from, above->parent)->parent == 0U);
  BOOST_TEST((child_ids(from, above->key) == std::vector{where.id(series)}));
}

BOOST_FIXTURE_TEST_CASE(a_resource_is_found_at_its_own_level_only, fixture) {
  const place where;
  add(where);
  BOOST_TEST(!find_resource(db.read(), patient, where.id(study)));
  BOOST_TEST((find_resource(db.read(), where.id(study))->level == study));
  BOOST_TEST(!find_resource(db.read(), name_of(study, 99)));
}

BOOST_FIXTURE_TEST_CASE(the_first_instance_sets_the_tags_and_the_last_one_the_time, fixture) {
  const auto first = add({1, 1, 1, 1});
  const auto second = add({1, 1, 1, 2});
  for (const auto level : {patient, study, series}) {
    const auto parent = find_resource(db.read(), level, place{}.id(level));
    BOOST_TEST(parent->tags[0].value == "value of blob " + std::to_string(first));
    BOOST_TEST((parent->last_update == at(static_cast<std::int64_t>(second))));
  }
  BOOST_TEST((counts() == totals{1, 1, 1, 2}));
}

BOOST_FIXTURE_TEST_CASE(a_stored_instance_stays_and_the_new_file_goes, fixture) {
  const auto first = add({});
  const auto second = write_blob(db);
  const auto answer = write(db, {instance_at({}, second)});
  BOOST_TEST(std::get<instance_added>(answer[0]).already_stored);
  BOOST_TEST(fs::exists(db.blob_path(first)));
  BOOST_TEST(!fs::exists(db.blob_path(second)));
  BOOST_TEST((counts() == totals{1, 1, 1, 1}));
  BOOST_TEST(statistics(db.read()).disk_bytes == 100U);
}

BOOST_FIXTURE_TEST_CASE(overwriting_replaces_file_facts_and_sizes, fixture) {
  const auto first = add({}, overwrite_mode::never, 100);
  add({1, 1, 1, 2}, overwrite_mode::never, 1);
  const auto second = add({}, overwrite_mode::always, 30);
  BOOST_TEST(!fs::exists(db.blob_path(first)));
  BOOST_TEST(fs::exists(db.blob_path(second)));
  BOOST_TEST((counts() == totals{1, 1, 1, 2}));
  BOOST_TEST(statistics(db.read()).disk_bytes == 31U);
  const auto instance = find_resource(db.read(), place{}.id(resource_level::instance));
  BOOST_TEST(find_instance(db.read(), instance->key)->blob.number == second);
  BOOST_TEST(instance->tags[0].value == "value of blob " + std::to_string(second));
  BOOST_TEST(find_resource(db.read(), place{}.id(series))->tags[0].value == "value of blob " + std::to_string(first));
}

BOOST_FIXTURE_TEST_CASE(overwriting_all_that_a_series_has_makes_it_anew, fixture) {
  add({1, 1, 2, 1});
  const auto first = add({});
  const auto second = add({}, overwrite_mode::always);
  BOOST_TEST((counts() == totals{1, 1, 2, 2}));
  BOOST_TEST(find_resource(db.read(), place{}.id(series))->tags[0].value == "value of blob " + std::to_string(second));
  BOOST_TEST(find_resource(db.read(), place{}.id(study))->tags[0].value != "value of blob " + std::to_string(first));
  BOOST_TEST(find_resource(db.read(), place{}.id(study))->instances == 2U);
}

BOOST_FIXTURE_TEST_CASE(only_what_has_changed_is_overwritten_if_that_is_wanted, fixture) {
  const auto store = [&](const std::string& md5, std::uint64_t size) {
    auto added = instance_at({}, write_blob(db, size), size);
    added.facts.blob.md5 = md5;
    added.overwrite = overwrite_mode::if_changed;
    return std::get<instance_added>(write(db, {added})[0]).already_stored;
  };
  BOOST_TEST(!store("a", 100));
  BOOST_TEST(store("a", 100));
  BOOST_TEST(!store("b", 100));
  BOOST_TEST(!store("b", 101));
  BOOST_TEST(!store("", 101)); // nobody knows
  BOOST_TEST(!store("", 101));
  BOOST_TEST(files_in(in.path() / "storage") == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_removal_takes_everything_below_and_tells_who_is_left, fixture) {
  add({1, 1, 1, 1});
  add({1, 1, 2, 1});
  add({1, 1, 2, 2});
  add({1, 2, 1, 1});
  const auto gone = remove({1, 1, 2, 1}, series);
  BOOST_TEST(gone.found);
  BOOST_TEST((gone.remaining_ancestor == std::pair(study, place{1, 1, 1, 1}.id(study))));
  BOOST_TEST((counts() == totals{1, 2, 2, 2}));
  BOOST_TEST(files_in(in.path() / "storage") == 2U);
  BOOST_TEST(statistics(db.read()).disk_bytes == 200U);
}

BOOST_FIXTURE_TEST_CASE(emptied_parents_go_too_up_to_the_nearest_that_has_more, fixture) {
  add({1, 1, 1, 1});
  add({1, 2, 1, 1});
  const auto gone = remove({1, 1, 1, 1}, resource_level::instance);
  BOOST_TEST((gone.remaining_ancestor == std::pair(patient, place{}.id(patient))));
  BOOST_TEST(!has({1, 1, 1, 1}, study));
  BOOST_TEST((counts() == totals{1, 1, 1, 1}));
  const auto last = remove({1, 2, 1, 1}, resource_level::instance);
  BOOST_TEST(last.found);
  BOOST_TEST(!last.remaining_ancestor);
  BOOST_TEST((counts() == totals{0, 0, 0, 0}));
}

BOOST_FIXTURE_TEST_CASE(an_unknown_resource_is_not_removed, fixture) {
  add({});
  BOOST_TEST(!remove({2, 1, 1, 1}, patient).found);
  BOOST_TEST(!std::get<resource_removed>(write(db, {remove_resource{place{}.id(study), series}})[0]).found);
  BOOST_TEST((counts() == totals{1, 1, 1, 1}));
}

BOOST_FIXTURE_TEST_CASE(resources_are_listed_in_the_order_of_arrival, fixture) {
  for (const std::uint64_t i : {3, 1, 2}) {
    add({1, 1, 1, i});
  }
  const std::vector arrived{place{1, 1, 1, 3}.id(resource_level::instance),
                            place{1, 1, 1, 1}.id(resource_level::instance),
                            place{1, 1, 1, 2}.id(resource_level::instance)};
  BOOST_TEST((ids(resource_level::instance) == arrived));
  BOOST_TEST((ids(resource_level::instance, 2) == std::vector{arrived[2]}));
  BOOST_TEST(ids(resource_level::instance, 3).empty());
  const auto parent = find_resource(db.read(), series, place{}.id(series));
  BOOST_TEST((child_ids(db.read(), parent->key) == arrived));
  std::size_t visited = 0;
  for_each_child(db.read(), parent->key, [&](const resource& child) {
    BOOST_TEST((child.id == arrived[visited]));
    return ++visited < 2;
  });
  BOOST_TEST(visited == 2U);
  for_each_resource(db.read(), resource_level::instance, 1, [&](const resource& one) {
    BOOST_TEST((one.id == arrived[1]));
    return false;
  });
}

BOOST_AUTO_TEST_CASE(arrivals_are_recorded_from_the_instance_up) {
  const temporary_directory in;
  {
    database db(in.path());
    const auto blob = write_blob(db);
    write(db, {instance_at({}, blob)});
    const auto second = write_blob(db);
    write(db, {instance_at({1, 1, 1, 2}, second)});
  }
  std::vector<change_kind> kinds;
  change_raw(in.path(), [&](write_transaction& to) {
    for_each_with_prefix(to.rows(), table::changes, {}, [&](std::string_view, std::string_view bytes) {
      kinds.push_back(decode_change(bytes)->kind);
      return true;
    });
  });
  using enum change_kind;
  BOOST_TEST((kinds == std::vector{new_instance, new_series, new_study, new_patient, new_instance}));
}

BOOST_AUTO_TEST_CASE(damaged_records_refuse_changes_of_their_family_and_stay) {
  const temporary_directory in;
  resource_key study_key = 0;
  {
    database db(in.path());
    const auto blob = write_blob(db);
    write(db, {instance_at({}, blob)});
    study_key = find_resource(db.read(), place{}.id(study))->key;
  }
  damage(in.path(), table::resources, number_key(study_key));
  {
    database db(in.path());
    BOOST_TEST(!find_resource(db.read(), study_key));
    const auto blob = write_blob(db);
    const auto added = commit(db, {{instance_at({1, 1, 2, 1}, blob)}});
    BOOST_REQUIRE(added.has_error());
    BOOST_TEST(added.error().code() == error_code::corrupted_file);
    const auto removed = commit(db, {{remove_resource{place{}.id(patient), patient}}});
    BOOST_REQUIRE(removed.has_error());
    BOOST_TEST(removed.error().code() == error_code::corrupted_file);
    BOOST_TEST((statistics(db.read()).count == totals{1, 1, 1, 1}));
    const auto other = write_blob(db);
    write(db, {instance_at({2, 1, 1, 1}, other)});
  }
  BOOST_TEST(holds(in.path(), table::resources, number_key(study_key)));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::persistence::testing
