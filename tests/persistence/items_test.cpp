#include "core/md5.hpp"
#include "persistence/item_store.hpp"
#include "raw.hpp"

#include <algorithm>
#include <span>

namespace troupe::persistence::testing {

BOOST_AUTO_TEST_SUITE(items_of_resources)

namespace {

using enum resource_level;

constexpr auto note = static_cast<metadata_type>(1024);
constexpr auto photo = static_cast<attachment_type>(1024);

struct fixture {
  temporary_directory in;
  database db{in.path()};
  place where;

  fixture() { add(where); }

  void add(const place& at, bool overwrite = false) {
    auto added = instance_at(at, write_blob(db));
    added.overwrite = overwrite ? overwrite_mode::always : overwrite_mode::never;
    write(db, {added});
  }

  resource at(resource_level level) { return find_resource(db.read(), level, where.id(level)).value(); }

  commit_answer put(std::string text, item_condition only_if = {}, resource_level level = study) {
    return commit(db, {{put_metadata{where.id(level), level, note, std::move(text), std::move(only_if), {}}}});
  }

  std::optional<metadata_value> noted(resource_level level = study) {
    return find_metadata(db.read(), at(level), note);
  }

  /// Commits a new file of that size as an attachment; gives its number back where it is refused.
  commit_answer attach(std::uint64_t size, item_condition only_if = {}, resource_level level = study) {
    stored_blob blob{write_blob(db, size), size, "md5 of " + std::to_string(size), "uuid"};
    const auto number = blob.number;
    auto answer =
      commit(db, {{put_attachment{where.id(level), level, photo, std::move(blob), std::move(only_if), {}}}});
    if (!answer) {
      db.drop_blob(number);
    }
    return answer;
  }

  std::optional<stored_blob> attached(resource_level level = study) {
    return find_attachment(db.read(), at(level), photo);
  }

  /// The same content in a new file of `compressed_size` bytes.
  bool replace(resource_level level, attachment_type type, blob_number instead_of, std::uint64_t size,
               std::uint64_t compressed_size) {
    stored_blob blob{write_blob(db, compressed_size), size, "md5", "uuid"};
    blob.compressed = {compressed_size, "packed"};
    return was_effective(write(db, {replace_blob{where.id(level), level, type, instead_of, blob}})[0]);
  }

  std::vector<std::string> labels(resource_level level = study) { return labels_of(db.read(), at(level).key); }

  void label(std::string text, resource_level level = study) {
    write(db, {put_label{where.id(level), level, std::move(text)}});
  }

  std::size_t files() { return files_in(in.path() / "storage"); }
};

std::uint64_t revision_of(const commit_answer& answer) {
  BOOST_REQUIRE(answer.has_value());
  return std::get<item_written>(answer->at(0)).revision;
}

std::string md5_of(std::string_view text) {
  return md5_text(std::as_bytes(std::span(text)));
}

} // namespace

// -- metadata ---------------------------------------------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(metadata_is_set_changed_and_removed_with_revisions_from_0, fixture) {
  BOOST_TEST(!noted());
  BOOST_TEST(revision_of(put("a")) == 0U);
  BOOST_TEST(revision_of(put("b")) == 1U);
  BOOST_TEST((noted() == metadata_value{"b", 1}));
  BOOST_TEST(!noted(series));
  write(db, {remove_metadata{where.id(study), study, note, {}, {}}});
  BOOST_TEST(!noted());
  const auto again = commit(db, {{remove_metadata{where.id(study), study, note, {}, {}}}});
  BOOST_TEST(again.error().code() == error_code::unknown_resource);
  BOOST_TEST(revision_of(put("c")) == 0U);
}

BOOST_FIXTURE_TEST_CASE(metadata_is_changed_only_by_who_names_its_version, fixture) {
  put("a");
  BOOST_TEST(put("b", {{}, true}).error().code() == error_code::revision);
  BOOST_TEST(put("b", {item_version{1, md5_of("a")}}).error().code() == error_code::revision);
  BOOST_TEST(put("b", {item_version{0, md5_of("x")}}).error().code() == error_code::revision);
  BOOST_TEST((noted() == metadata_value{"a", 0}));
  BOOST_TEST(revision_of(put("b", {item_version{0, md5_of("a")}, true})) == 1U);
  const auto removal =
    commit(db, {{remove_metadata{where.id(study), study, note, {item_version{0, md5_of("a")}}, {}}}});
  BOOST_TEST(removal.error().code() == error_code::revision);
  BOOST_TEST(noted().has_value());
}

BOOST_FIXTURE_TEST_CASE(the_servers_own_metadata_is_written_only_if_it_differs, fixture) {
  const auto set = [&](std::string text) {
    return revision_of(
      commit(db, {{put_metadata{where.id(study), study, metadata_type::modified_from, std::move(text), {}, {}}}}));
  };
  BOOST_TEST(set("x") == 0U);
  BOOST_TEST(set("x") == 0U);
  BOOST_TEST(set("y") == 1U);
}

BOOST_FIXTURE_TEST_CASE(metadata_of_records_and_of_users_are_listed_by_type, fixture) {
  put("text", {}, instance);
  const auto all = metadata_of(db.read(), at(instance));
  BOOST_TEST(std::ranges::is_sorted(all, {}, &decltype(all)::value_type::first));
  BOOST_TEST((all.back() == std::pair(note, metadata_value{"text", 0})));
  BOOST_TEST(find_metadata(db.read(), at(instance), metadata_type::origin)->text == "RestApi");
  BOOST_TEST(!find_metadata(db.read(), at(instance), metadata_type::last_update));
  BOOST_TEST(find_metadata(db.read(), at(study), metadata_type::last_update).has_value());
  BOOST_TEST(!find_metadata(db.read(), at(study), metadata_type::origin));
}

BOOST_FIXTURE_TEST_CASE(what_belongs_to_no_resource_is_refused, fixture) {
  const auto unknown = place{9, 9, 9, 9}.id(study);
  BOOST_TEST(commit(db, {{put_metadata{unknown, study, note, "x", {}, {}}}}).error().code()
             == error_code::unknown_resource);
  BOOST_TEST(commit(db, {{put_metadata{where.id(study), series, note, "x", {}, {}}}}).error().code()
             == error_code::unknown_resource);
  BOOST_TEST(commit(db, {{put_label{unknown, study, "x"}}}).error().code() == error_code::unknown_resource);
  BOOST_TEST(commit(db, {{remove_label{unknown, study, "x"}}}).error().code() == error_code::unknown_resource);
  where = {9, 9, 9, 9};
  BOOST_TEST(attach(10).error().code() == error_code::unknown_resource);
  BOOST_TEST(files() == 1U);
}

// -- attachments ------------------------------------------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(an_attachment_is_a_file_that_the_next_one_replaces, fixture) {
  BOOST_TEST(revision_of(attach(10)) == 0U);
  const auto first = attached()->number;
  BOOST_TEST(revision_of(attach(20)) == 1U);
  BOOST_TEST(attached()->size_bytes == 20U);
  BOOST_TEST(!fs::exists(db.blob_path(first)));
  BOOST_TEST(files() == 2U);
  BOOST_TEST(statistics(db.read()).disk_bytes == 120U);
  write(db, {remove_attachment{where.id(study), study, photo, {}, {}}});
  BOOST_TEST(!attached());
  BOOST_TEST(files() == 1U);
  BOOST_TEST(statistics(db.read()).disk_bytes == 100U);
}

BOOST_FIXTURE_TEST_CASE(an_attachment_that_is_refused_leaves_no_file, fixture) {
  attach(10);
  BOOST_TEST(attach(20, {{}, true}).error().code() == error_code::revision);
  BOOST_TEST(attach(20, {item_version{0, "md5 of 20"}}).error().code() == error_code::revision);
  BOOST_TEST(attached()->size_bytes == 10U);
  BOOST_TEST(files() == 2U);
  BOOST_TEST(revision_of(attach(20, {item_version{0, "md5 of 10"}, true})) == 1U);
}

BOOST_FIXTURE_TEST_CASE(the_files_of_an_instance_begin_with_its_own, fixture) {
  attach(10, {}, instance);
  const auto all = attachments_of(db.read(), at(instance));
  BOOST_REQUIRE(all.size() == 2U);
  BOOST_TEST((all[0].first == attachment_type::dicom));
  BOOST_TEST((all[1].first == photo));
  BOOST_TEST(attachments_of(db.read(), at(series)).empty());
}

BOOST_FIXTURE_TEST_CASE(a_compressed_file_takes_the_place_of_the_plain_one, fixture) {
  const auto old = find_attachment(db.read(), at(instance), attachment_type::dicom)->number;
  BOOST_TEST(replace(instance, attachment_type::dicom, old, 100, 30));
  const auto now = find_attachment(db.read(), at(instance), attachment_type::dicom);
  BOOST_TEST(now->disk_bytes() == 30U);
  BOOST_TEST(now->size_bytes == 100U);
  BOOST_TEST(now->revision == 1U);
  BOOST_TEST(!fs::exists(db.blob_path(old)));
  BOOST_TEST(statistics(db.read()).disk_bytes == 30U);
  BOOST_TEST(statistics(db.read()).uncompressed_bytes == 100U);
  BOOST_TEST(find_instance(db.read(), at(instance).key)->origin == "RestApi");
}

BOOST_FIXTURE_TEST_CASE(a_file_that_was_replaced_meanwhile_is_not_replaced_by_its_old_content, fixture) {
  attach(10);
  const auto old = attached()->number;
  attach(20);
  BOOST_TEST(!replace(study, photo, old, 10, 5));
  BOOST_TEST(attached()->size_bytes == 20U);
  write(db, {remove_attachment{where.id(study), study, photo, {}, {}}});
  BOOST_TEST(!replace(study, photo, old, 10, 5));
  BOOST_TEST(files() == 1U);
  BOOST_TEST(statistics(db.read()).disk_bytes == 100U);
}

// -- labels -----------------------------------------------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(labels_are_given_taken_and_found, fixture) {
  label("b");
  label("a");
  label("a");
  label("a", series);
  BOOST_TEST((labels() == std::vector<std::string>{"a", "b"}));
  BOOST_TEST((all_labels(db.read()) == std::vector<std::string>{"a", "b"}));
  BOOST_TEST(has_label(db.read(), at(study).key, "a"));
  BOOST_TEST(!has_label(db.read(), at(study).key, "ab"));
  std::vector<resource_key> found;
  const auto collect = [&](resource_key key) {
    found.push_back(key);
    return true;
  };
  for_each_labelled(db.read(), "a", study, collect);
  BOOST_TEST((found == std::vector{at(study).key}));
  write(db, {remove_label{where.id(study), study, "a"}, remove_label{where.id(series), series, "a"}});
  BOOST_TEST((all_labels(db.read()) == std::vector<std::string>{"b"}));
  BOOST_TEST(!was_effective(write(db, {remove_label{where.id(study), study, "a"}})[0]));
}

BOOST_FIXTURE_TEST_CASE(labels_that_begin_alike_are_told_apart, fixture) {
  label("ab");
  label("a");
  label("abc");
  BOOST_TEST((all_labels(db.read()) == std::vector<std::string>{"a", "ab", "abc"}));
  std::size_t count = 0;
  for_each_labelled(db.read(), "a", study, [&](resource_key) { return ++count > 0; });
  BOOST_TEST(count == 1U);
}

// -- what goes with a resource ----------------------------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(a_removal_takes_all_that_belongs_to_the_resources, fixture) {
  for (const auto level : {patient, study, series, instance}) {
    put("text", {}, level);
    attach(10, {}, level);
    label("label", level);
  }
  write(db, {remove_resource{where.id(patient), patient}});
  const auto from = db.read();
  for (const auto in_table : {table::metadata, table::attachments, table::labels, table::label_index, table::blobs}) {
    BOOST_TEST(view(from).count(in_table) == 0U, describe(in_table).name);
  }
  BOOST_TEST(files() == 0U);
  BOOST_TEST(statistics(from).disk_bytes == 0U);
  BOOST_TEST(statistics(from).uncompressed_bytes == 0U);
}

BOOST_FIXTURE_TEST_CASE(an_instance_that_is_overwritten_loses_what_belonged_to_it_and_its_parents_do_not, fixture) {
  add({1, 1, 1, 2}); // so that the series is never empty
  for (const auto level : {series, instance}) {
    put("text", {}, level);
    attach(10, {}, level);
    label("label", level);
  }
  add(where, true);
  BOOST_TEST(!noted(instance));
  BOOST_TEST(!attached(instance));
  BOOST_TEST(labels(instance).empty());
  BOOST_TEST((noted(series) && attached(series) && labels(series).size() == 1));
  BOOST_TEST(files() == 3U);
}

BOOST_FIXTURE_TEST_CASE(what_belongs_to_a_resource_survives_a_restart, fixture) {
  put("text");
  attach(10);
  label("label");
  const auto blob = attached();
  {
    const temporary_directory copy;
    fs::copy(in.path(), copy.path(), fs::copy_options::recursive);
    const database again(copy.path());
    const auto found = find_resource(again.read(), study, where.id(study));
    BOOST_TEST((find_metadata(again.read(), *found, note) == metadata_value{"text", 0}));
    BOOST_TEST((find_attachment(again.read(), *found, photo) == blob));
    BOOST_TEST((labels_of(again.read(), found->key) == std::vector<std::string>{"label"}));
    BOOST_TEST(again.recovered().orphans_removed == 0U);
    BOOST_TEST(read_file(again.blob_path(blob->number)).size() == 10U);
  }
}

BOOST_AUTO_TEST_CASE(the_record_of_an_attachment_that_is_damaged_stays_and_is_not_replaced) {
  const temporary_directory in;
  const place where;
  const auto attach = [&](database& db) {
    const stored_blob blob{write_blob(db), 100, "", "uuid"};
    return commit(db, {{put_attachment{where.id(study), study, photo, blob, {}, {}}}});
  };
  std::string row;
  {
    database db(in.path());
    const auto blob = write_blob(db);
    write(db, {instance_at(where, blob)});
    BOOST_REQUIRE(attach(db).has_value());
    row = typed_key(find_resource(db.read(), study, where.id(study))->key, 1024);
  }
  damage(in.path(), table::attachments, row);
  {
    database db(in.path());
    BOOST_TEST(attach(db).error().code() == error_code::corrupted_file);
  }
  BOOST_TEST(holds(in.path(), table::attachments, row));
}

BOOST_AUTO_TEST_CASE(what_has_a_damaged_record_is_not_removed_and_nobody_goes_in_its_place) {
  for (const bool of_attachment : {false, true}) {
    const temporary_directory in;
    const place where;
    std::string row;
    {
      database db(in.path());
      for (const std::uint64_t number : {1, 2, 3}) {
        write(db, {instance_at({number}, write_blob(db))});
      }
      const stored_blob blob{write_blob(db), 100, "", "uuid"};
      const auto level = of_attachment ? study : instance;
      write(db, {put_attachment{where.id(level), level, photo, blob, {}, {}}});
      const auto key = find_resource(db.read(), level, where.id(level))->key;
      row = of_attachment ? typed_key(key, 1024) : number_key(key);
    }
    damage(in.path(), of_attachment ? table::attachments : table::instances, row);
    database db(in.path());
    const auto before = statistics(db.read());
    for (const auto level : {patient, study, series, instance}) {
      const auto answer = commit(db, {{remove_resource{where.id(level), level}}});
      BOOST_REQUIRE(answer.has_error());
      BOOST_TEST(answer.error().code() == error_code::corrupted_file);
      BOOST_TEST(answer.error().details().ends_with("is damaged"));
    }
    db.limit({.patients = 1});
    BOOST_TEST(commit(db, {{enforce_limits{}}}).error().code() == error_code::corrupted_file);
    BOOST_TEST((statistics(db.read()).count == before.count));
    BOOST_TEST(statistics(db.read()).disk_bytes == before.disk_bytes);
    write(db, {remove_resource{place{2}.id(patient), patient}});
  }
}

BOOST_FIXTURE_TEST_CASE(statistics_count_the_files_of_all_that_lies_below, fixture) {
  attach(10, {}, instance);
  attach(20, {}, series);
  attach(30, {}, study);
  attach(40, {}, patient);
  const auto old = find_attachment(db.read(), at(instance), attachment_type::dicom)->number;
  BOOST_TEST(replace(instance, attachment_type::dicom, old, 100, 30));
  std::uint64_t attached = 0;
  for (const auto& [level, bytes] : {std::pair{instance, 10U}, {series, 20U}, {study, 30U}, {patient, 40U}}) {
    attached += bytes;
    const auto seen = statistics_of(db.read(), at(level));
    BOOST_TEST(seen.disk_bytes == 30U + attached);
    BOOST_TEST(seen.uncompressed_bytes == 100U + attached);
    BOOST_TEST(seen.dicom_disk_bytes == 30U);
    BOOST_TEST(seen.dicom_uncompressed_bytes == 100U);
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::persistence::testing
