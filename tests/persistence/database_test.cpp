#include "persistence/codec.hpp"
#include "persistence/database.hpp"
#include "raw.hpp"

#include <fstream>
#include <map>
#include <thread>

namespace troupe::persistence::testing {

BOOST_AUTO_TEST_SUITE(database_as_a_whole)

namespace {

void touch_file(const fs::path& path) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << "x";
}

/// Paths and times of change of everything in a directory, except what opening it always touches.
std::map<std::string, fs::file_time_type> state_of(const fs::path& directory) {
  std::map<std::string, fs::file_time_type> state;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file() && entry.path().filename() != "lock.mdb") {
      state.emplace(entry.path().native(), entry.last_write_time());
    }
  }
  return state;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_new_directory_is_made_with_its_parts) {
  const temporary_directory in;
  const database db(in.path() / "a" / "b");
  for (const auto* part : {"index", "storage", "incoming", "outputs"}) {
    BOOST_TEST(fs::is_directory(in.path() / "a" / "b" / part), part);
  }
  BOOST_TEST(db.recovered().boot_number == 1U);
  BOOST_TEST(db.recovered().clean);
  BOOST_TEST(last_job_sequence(db.read()) == 0U);
  BOOST_TEST(db.free_bytes() > 0U);
}

BOOST_AUTO_TEST_CASE(boots_are_counted_and_an_unclean_stop_is_noticed) {
  const temporary_directory in;
  { database(in.path()).close_clean(); }
  {
    const database db(in.path());
    BOOST_TEST(db.recovered().clean);
    BOOST_TEST(db.recovered().boot_number == 2U);
  }
  const database db(in.path());
  BOOST_TEST(!db.recovered().clean);
  BOOST_TEST(db.recovered().boot_number == 3U);
}

BOOST_AUTO_TEST_CASE(nothing_is_written_after_the_clean_mark) {
  const temporary_directory in;
  database db(in.path());
  db.close_clean();
  BOOST_TEST(failure_of([&] { commit(db, {{new_job(1)}}); }) == error_code::bad_sequence_of_calls);
  const auto commits = db.commit_count();
  db.close_clean();
  BOOST_TEST(db.commit_count() == commits);
}

BOOST_AUTO_TEST_CASE(a_second_opening_is_refused_and_two_directories_are_not) {
  const temporary_directory in;
  const temporary_directory elsewhere;
  database first(in.path());
  BOOST_TEST(failure_of([&] { database second(in.path()); }) == error_code::database);
  database other(elsewhere.path());
  write(first, {new_job(1)});
  BOOST_TEST(!find_job(other.read(), 1));
}

BOOST_AUTO_TEST_CASE(a_newer_format_is_refused_and_nothing_is_changed) {
  const temporary_directory in;
  { database(in.path()).close_clean(); }
  change_raw(in.path(),
             [](write_transaction& to) { to.put(table::meta, meta_row::format, encode_u32(format_version + 1)); });
  touch_file(in.path() / "incoming" / "upload");
  touch_file(in.path() / "storage" / "00" / "00" / "000009.dcm");
  const auto before = state_of(in.path());
  BOOST_TEST(failure_of([&] { database db(in.path()); }) == error_code::incompatible_database_version);
  BOOST_TEST((state_of(in.path()) == before));
}

BOOST_AUTO_TEST_CASE(a_batch_happens_together_or_not_at_all_and_harms_no_other) {
  const temporary_directory in;
  database db(in.path());
  const batch good{{new_job(1)}};
  const batch bad{{new_job(2), new_job(1)}};
  const batch also_good{{new_job(3), ended(3)}};
  const std::array batches{&good, &bad, &also_good};
  const auto answers = db.commit(batches);
  BOOST_TEST((answers[0].has_value() && answers[1].has_error() && answers[2].has_value()));
  BOOST_TEST(db.commit_count() == 1U);
  BOOST_TEST((find_job(db.read(), 1) && !find_job(db.read(), 2) && find_job(db.read(), 3)));
  BOOST_TEST(last_job_sequence(db.read()) == 3U);
  BOOST_TEST(finished_in(db.read()) == 1U);
}

BOOST_AUTO_TEST_CASE(an_undone_batch_leaves_numbers_and_totals_alone) {
  const temporary_directory in;
  database db(in.path());
  const auto blob = write_blob(db);
  const auto answer = commit(db, {{instance_at({}, blob), new_job(0)}});
  BOOST_TEST(answer.has_error());
  BOOST_TEST(statistics(db.read()).disk_bytes == 0U);
  db.drop_blob(blob);
  BOOST_TEST(!fs::exists(db.blob_path(blob)));
  const auto next = write_blob(db);
  write(db, {instance_at({}, next)});
  BOOST_TEST(find_resource(db.read(), place{}.id(resource_level::patient))->key == 1U);
}

BOOST_AUTO_TEST_CASE(an_idle_database_does_not_write) {
  const temporary_directory in;
  database db(in.path());
  const auto blob = write_blob(db);
  write(db, {instance_at({}, blob)});
  write(db, {remove_resource{place{}.id(resource_level::patient), resource_level::patient}});
  const auto data = in.path() / "index" / "data.mdb";
  const auto before = read_file(data);
  const auto commits = db.commit_count();
  BOOST_TEST(db.commit({}).empty());
  statistics(db.read());
  db.drop_blob(db.new_blob());
  BOOST_TEST(db.commit_count() == commits);
  BOOST_TEST((read_file(data) == before));
}

BOOST_AUTO_TEST_CASE(rows_of_the_trash_go_with_the_next_commit) {
  const temporary_directory in;
  blob_number blob = 0;
  {
    database db(in.path());
    blob = write_blob(db);
    write(db, {instance_at({}, blob)});
    write(db, {remove_resource{place{}.id(resource_level::patient), resource_level::patient}});
    BOOST_TEST(!fs::exists(db.blob_path(blob)));
    write(db, {new_job(1)});
  }
  BOOST_TEST(!holds(in.path(), table::trash, "b" + number_key(blob)));
}

BOOST_AUTO_TEST_CASE(the_trash_of_a_dead_process_is_worked_off) {
  const temporary_directory in;
  fs::path file;
  {
    database db(in.path());
    const auto blob = write_blob(db);
    file = db.blob_path(blob);
    write(db, {instance_at({}, blob)});
    write(db, {remove_resource{place{}.id(resource_level::patient), resource_level::patient}});
    touch_file(file);
  }
  const database db(in.path());
  BOOST_TEST(!fs::exists(file));
}

BOOST_AUTO_TEST_CASE(files_without_a_row_are_removed_at_the_start) {
  const temporary_directory in;
  blob_number kept = 0;
  blob_number orphan = 0;
  {
    database db(in.path());
    orphan = write_blob(db);
    kept = write_blob(db);
    write(db, {instance_at({}, kept)});
    write_blob(db);
    touch_file(db.incoming_directory() / "upload");
    touch_file(db.outputs_directory() / "abandoned");
    touch_file(in.path() / "storage" / "00" / "00" / "notes.txt");
  }
  database db(in.path());
  BOOST_TEST(db.recovered().orphans_removed == 3U);
  BOOST_TEST(!fs::exists(db.blob_path(orphan)));
  BOOST_TEST(fs::exists(db.blob_path(kept)));
  BOOST_TEST(fs::exists(in.path() / "storage" / "00" / "00" / "notes.txt"));
  BOOST_TEST(files_in(db.incoming_directory()) == 0U);
  BOOST_TEST(files_in(db.outputs_directory()) == 0U);
  BOOST_TEST(db.new_blob() > kept);
}

BOOST_AUTO_TEST_CASE(files_below_the_low_water_mark_are_not_looked_at) {
  const temporary_directory in;
  {
    database db(in.path());
    std::vector<mutation> arrivals;
    for (std::uint64_t i = 1; i <= 600; ++i) {
      const auto blob = db.new_blob();
      touch_file(db.blob_path(blob));
      arrivals.emplace_back(instance_at({1, 1, 1, i}, blob));
    }
    write(db, std::move(arrivals));
    write(db, {remove_resource{place{1, 1, 1, 5}.id(resource_level::instance), resource_level::instance}});
    write(db, {new_job(1)});
    touch_file(db.blob_path(5));
    touch_file(db.blob_path(1000));
  }
  const database db(in.path());
  BOOST_TEST(fs::exists(db.blob_path(5)));
  BOOST_TEST(!fs::exists(db.blob_path(1000)));
  BOOST_TEST(files_in(in.path() / "storage") == 600U);
}

BOOST_AUTO_TEST_CASE(numbers_of_blobs_are_never_used_again) {
  const temporary_directory in;
  blob_number blob = 0;
  {
    database db(in.path());
    db.new_blob();
    blob = write_blob(db);
    write(db, {instance_at({}, blob)});
    write(db, {remove_resource{place{}.id(resource_level::patient), resource_level::patient}});
  }
  database db(in.path());
  BOOST_TEST(db.new_blob() > blob);
}

BOOST_AUTO_TEST_CASE(a_committed_blob_is_not_dropped) {
  const temporary_directory in;
  database db(in.path());
  const auto blob = write_blob(db);
  write(db, {instance_at({}, blob)});
  db.drop_blob(blob);
  BOOST_TEST(fs::exists(db.blob_path(blob)));
  BOOST_TEST(commit(db, {{instance_at({1, 1, 1, 2}, blob)}}).has_error());
}

BOOST_AUTO_TEST_CASE(a_full_disk_fails_the_commit_and_the_database_goes_on) {
  const temporary_directory in;
  database db(in.path());
  write(db, {new_job(1)});
  auto large = new_job(2);
  large.spec.items.assign(5000, std::string(1000, 'i'));
  for (const std::uintmax_t room : {0, 1, 5000, 100'000}) {
    const file_size_limit limit(fs::file_size(in.path() / "index" / "data.mdb") + room);
    BOOST_TEST_CONTEXT("room for " << room) {
      BOOST_TEST(failure_of([&] { commit(db, {{large}}); }) == error_code::full_storage);
      BOOST_TEST(!find_job(db.read(), 2));
      BOOST_TEST(find_job(db.read(), 1).has_value());
    }
  }
  write(db, {large});
  BOOST_TEST(load_spec(db.read(), 2)->items.size() == 5000U);
  BOOST_TEST(!fs::exists(in.path() / "index" / "probe"));
}

BOOST_AUTO_TEST_CASE(an_instance_that_did_not_fit_can_be_given_back) {
  const temporary_directory in;
  database db(in.path());
  const auto blob = write_blob(db);
  auto added = instance_at({}, blob);
  added.summary.tags[0] = {{1, std::string(200'000, 'x')}};
  {
    const file_size_limit limit(fs::file_size(in.path() / "index" / "data.mdb"));
    BOOST_TEST(failure_of([&] { commit(db, {{added}}); }) == error_code::full_storage);
  }
  BOOST_TEST(fs::exists(db.blob_path(blob)));
  db.drop_blob(blob);
  BOOST_TEST(!fs::exists(db.blob_path(blob)));
  BOOST_TEST(statistics(db.read()).disk_bytes == 0U);
}

BOOST_AUTO_TEST_CASE(readers_on_other_threads_see_whole_batches) {
  const temporary_directory in;
  database db(in.path());
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> torn{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        const auto from = db.read();
        torn += last_job_sequence(from) % 2
                + (find_job(from, last_job_sequence(from)) || last_job_sequence(from) == 0 ? 0 : 1);
      }
    });
  }
  for (job_sequence i = 1; i < 200; i += 2) {
    write(db, {new_job(i), new_job(i + 1)});
  }
  stop = true;
  for (auto& reader : readers) {
    reader.join();
  }
  BOOST_TEST(torn == 0U);
}

BOOST_AUTO_TEST_CASE(damaged_counters_are_not_guessed) {
  const temporary_directory in;
  { database db(in.path()); }
  damage(in.path(), table::meta, std::string(meta_row::counters));
  BOOST_TEST(failure_of([&] { database db(in.path()); }) == error_code::database);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::persistence::testing
