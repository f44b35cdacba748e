#include "raw.hpp"

namespace troupe::persistence::testing {

BOOST_AUTO_TEST_SUITE(jobs)

namespace {

struct fixture {
  temporary_directory in;
  database db{in.path()};

  job_output file_output(const std::string& name, std::string_view bytes = "zip") {
    const auto path = db.outputs_directory() / (name + std::to_string(++made_));
    write_durably(path, std::as_bytes(std::span(bytes)));
    return {name, "application/zip", name + ".zip", path};
  }

  std::optional<stored_output> output(job_sequence sequence, std::string_view name) {
    return find_output(db.read(), sequence, name);
  }

  std::vector<job_sequence> live() {
    std::vector<job_sequence> found;
    for_each_live_job(db.read(), [&](const job_row& row) {
      found.push_back(row.sequence);
      return true;
    });
    return found;
  }

  std::vector<job_sequence> all(job_sequence first = 0) {
    std::vector<job_sequence> found;
    for_each_job(db.read(), first, [&](const job_row& row) {
      found.push_back(row.sequence);
      return true;
    });
    return found;
  }

  error_code refusal(std::vector<mutation> mutations) {
    const auto answer = commit(db, {std::move(mutations)});
    return answer.has_error() ? answer.error().code() : error_code::success;
  }

private:
  int made_ = 0;
};

using sequences = std::vector<job_sequence>;

} // namespace

BOOST_FIXTURE_TEST_CASE(an_accepted_job_is_found_by_sequence_and_by_name, fixture) {
  auto added = new_job(1);
  added.spec = {R"({"a":1})", R"({"c":1})", "7", {"one", "two"}};
  write(db, {added});
  const auto from = db.read();
  BOOST_TEST(find_job(from, 1)->id.text == job_name(1).text);
  BOOST_TEST(find_job(from, job_name(1))->sequence == 1U);
  BOOST_TEST(load_spec(from, 1)->items == added.spec.items);
  BOOST_TEST(load_spec_head(from, 1)->content == added.spec.content);
  BOOST_TEST(load_spec_head(from, 1)->items.empty());
  BOOST_TEST(last_job_sequence(from) == 1U);
  BOOST_TEST(!find_job(from, 2));
  BOOST_TEST(!find_job(from, job_id{"no uuid"}));
  BOOST_TEST(!load_spec(from, 2));
  BOOST_TEST(!load_result(from, 1));
}

BOOST_FIXTURE_TEST_CASE(a_job_is_not_accepted_twice, fixture) {
  write(db, {new_job(1)});
  BOOST_TEST(refusal({new_job(1)}) == error_code::duplicate_resource);
  auto same_name = new_job(2);
  same_name.row.id = job_name(1);
  BOOST_TEST(refusal({same_name}) == error_code::duplicate_resource);
}

BOOST_FIXTURE_TEST_CASE(a_job_beyond_the_limits_is_refused, fixture) {
  auto nameless = new_job(1);
  nameless.row.id.text = "x";
  auto typed = new_job(1);
  typed.row.type.assign(65, 't');
  auto laned = new_job(1);
  laned.row.lane.assign(129, 'l');
  auto large = new_job(1);
  large.spec.items = {std::string(1025, 'i')};
  for (const auto& wrong : {nameless, typed, laned, large, new_job(0)}) {
    BOOST_TEST(refusal({wrong}) == error_code::parameter_out_of_range);
  }
  BOOST_TEST(all().empty());
}

BOOST_FIXTURE_TEST_CASE(the_scheduler_does_not_move_the_cursor, fixture) {
  write(db, {new_job(1)});
  write(db, {advance_job{1, 0, 5, {{2, {error(error_code::timeout), {}}}}}});
  auto row = row_of(1, job_phase::running);
  row.cursor = 1;
  write(db, {update_job{row, false, {}, {}}});
  const auto stored = find_job(db.read(), 1);
  BOOST_TEST(stored->phase == job_phase::running);
  BOOST_TEST(stored->cursor == 5U);
  BOOST_TEST(stored->failed_items == 1U);
}

BOOST_FIXTURE_TEST_CASE(an_old_epoch_moves_nothing, fixture) {
  write(db, {new_job(1)});
  auto row = row_of(1, job_phase::running);
  row.epoch = 2;
  write(db, {update_job{row, false, {}, {}}});
  BOOST_TEST(!was_effective(write(db, {advance_job{1, 1, 5, {{0, {}}}}})[0]));
  BOOST_TEST(find_job(db.read(), 1)->cursor == 0U);
  BOOST_TEST(failed_items(db.read(), 1, 9).empty());
  BOOST_TEST(was_effective(write(db, {advance_job{1, 2, 5, {}}})[0]));
  BOOST_TEST(!was_effective(write(db, {advance_job{9, 2, 5, {}}})[0]));
}

BOOST_FIXTURE_TEST_CASE(the_cursor_never_moves_back_and_no_failure_counts_twice, fixture) {
  write(db, {new_job(1)});
  const item_failure failed{error(error_code::timeout, "slow"), std::uint16_t{0x0122}};
  write(db, {advance_job{1, 0, 5, {{2, failed}, {4, failed}}}});
  write(db, {advance_job{1, 0, 3, {{2, failed}}}});
  BOOST_TEST(find_job(db.read(), 1)->cursor == 5U);
  BOOST_TEST(find_job(db.read(), 1)->failed_items == 2U);
  const auto items = failed_items(db.read(), 1, 9);
  BOOST_REQUIRE(items.size() == 2U);
  BOOST_TEST(items[1].first == 4U);
  BOOST_TEST((items[1].second.why == failed.why));
  BOOST_TEST(failed_items(db.read(), 1, 1).size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(final_jobs_leave_the_live_ones_and_come_back_by_restart, fixture) {
  write(db, {new_job(1), new_job(2), new_job(3)});
  write(db, {ended(2), ended(1, job_phase::failure)});
  BOOST_TEST(live() == sequences({3}));
  BOOST_TEST(finished_in(db.read()) == 2U);
  auto again = ended(1, job_phase::pending);
  again.restart = true;
  write(db, {again});
  BOOST_TEST(live() == sequences({1, 3}));
  BOOST_TEST(finished_in(db.read()) == 1U);
  BOOST_TEST(all() == sequences({1, 2, 3}));
  BOOST_TEST(all(2) == sequences({2, 3}));
}

BOOST_FIXTURE_TEST_CASE(a_restart_forgets_what_the_attempt_made, fixture) {
  write(db, {new_job(1)});
  write(db, {advance_job{1, 0, 5, {{2, {}}}}});
  auto done = ended(1);
  done.result = job_result{"details", "{}"};
  done.outputs = {file_output("archive")};
  write(db, {done});
  BOOST_TEST(load_result(db.read(), 1)->error_details == "details");
  auto again = ended(1, job_phase::pending);
  again.restart = true;
  write(db, {again});
  const auto from = db.read();
  BOOST_TEST(find_job(from, 1)->cursor == 0U);
  BOOST_TEST(find_job(from, 1)->failed_items == 0U);
  BOOST_TEST(failed_items(from, 1, 9).empty());
  BOOST_TEST(!load_result(from, 1));
  BOOST_TEST(!output(1, "archive"));
  BOOST_TEST(files_in(db.outputs_directory()) == 0U);
  BOOST_TEST(load_spec(from, 1).has_value());
}

BOOST_FIXTURE_TEST_CASE(outputs_are_bytes_or_files_with_etags_of_their_own, fixture) {
  write(db, {new_job(1)});
  auto done = ended(1);
  done.outputs = {file_output("archive", "12345"), {"report", "text/plain", "r.txt", std::string("abc")}};
  write(db, {done});
  const auto archive = output(1, "archive");
  BOOST_TEST(archive->size_bytes == 5U);
  BOOST_TEST(read_file(db.outputs_directory() / std::get<fs::path>(archive->body)) == "12345");
  const auto report = output(1, "report");
  BOOST_TEST(std::get<std::string>(report->body) == "abc");
  BOOST_TEST(report->filename == "r.txt");
  BOOST_TEST(report->etag != archive->etag);
  BOOST_TEST(!output(1, "other"));
}

BOOST_FIXTURE_TEST_CASE(an_output_of_the_same_name_takes_the_place_of_the_old_one, fixture) {
  write(db, {new_job(1)});
  auto done = ended(1);
  done.outputs = {file_output("archive", "old")};
  write(db, {done});
  const auto old = output(1, "archive");
  done.outputs = {file_output("archive", "newer")};
  write(db, {done});
  BOOST_TEST(output(1, "archive")->size_bytes == 5U);
  BOOST_TEST(output(1, "archive")->etag != old->etag);
  BOOST_TEST(files_in(db.outputs_directory()) == 1U);
  write(db, {trim_outputs{1}});
  BOOST_TEST(output(1, "archive").has_value());
}

BOOST_FIXTURE_TEST_CASE(wrong_outputs_refuse_the_whole_update, fixture) {
  write(db, {new_job(1)});
  const auto with = [](std::vector<job_output> outputs) {
    auto done = ended(1);
    done.outputs = std::move(outputs);
    return done;
  };
  const auto file = file_output("archive");
  const job_output large{"a", "", "", std::string(64 * 1024 + 1, 'x')};
  const job_output outside{"a", "", "", in.path() / "a"};
  const job_output missing{"a", "", "", db.outputs_directory() / "none"};
  const job_output nameless{"", "", "", std::string("x")};
  BOOST_TEST(refusal({with({large})}) == error_code::parameter_out_of_range);
  BOOST_TEST(refusal({with({outside})}) == error_code::parameter_out_of_range);
  BOOST_TEST(refusal({with({missing})}) == error_code::inexistent_file);
  BOOST_TEST(refusal({with({nameless})}) == error_code::parameter_out_of_range);
  BOOST_TEST(refusal({with({file, file})}) == error_code::parameter_out_of_range);
  BOOST_TEST(find_job(db.read(), 1)->phase == job_phase::pending);
  write(db, {with({file}), new_job(2)});
  auto other = ended(2);
  other.outputs = {file};
  BOOST_TEST(refusal({other}) == error_code::duplicate_resource);
}

BOOST_FIXTURE_TEST_CASE(a_removed_job_leaves_nothing, fixture) {
  auto added = new_job(1);
  added.spec.items.assign(500, std::string(100, 'i'));
  write(db, {added, new_job(2)});
  write(db, {advance_job{1, 0, 5, {{2, {}}}}});
  auto done = ended(1);
  done.result = job_result{};
  done.outputs = {file_output("archive")};
  write(db, {done});
  BOOST_TEST(was_effective(write(db, {remove_job{1}})[0]));
  BOOST_TEST(!was_effective(write(db, {remove_job{1}})[0]));
  BOOST_TEST(all() == sequences({2}));
  BOOST_TEST(!find_job(db.read(), job_name(1)));
  BOOST_TEST(!output(1, "archive"));
  BOOST_TEST(files_in(db.outputs_directory()) == 0U);
  BOOST_TEST(finished_in(db.read()) == 0U);
  BOOST_TEST(last_job_sequence(db.read()) == 2U);
}

BOOST_FIXTURE_TEST_CASE(a_missing_job_or_output_is_not_changed, fixture) {
  BOOST_TEST(!was_effective(write(db, {ended(1)})[0]));
  write(db, {new_job(1)});
  BOOST_TEST(!was_effective(write(db, {remove_output{1, "archive"}})[0]));
  auto done = ended(1);
  done.outputs = {file_output("archive")};
  write(db, {done});
  BOOST_TEST(was_effective(write(db, {remove_output{1, "archive"}})[0]));
  BOOST_TEST(!output(1, "archive"));
}

BOOST_FIXTURE_TEST_CASE(the_history_keeps_those_completed_last, fixture) {
  for (job_sequence i = 1; i <= 6; ++i) {
    write(db, {new_job(i)});
  }
  for (const job_sequence i : {3, 1, 5, 2}) {
    write(db, {ended(i)});
  }
  write(db, {trim_history{2, 64}});
  BOOST_TEST(all() == sequences({2, 4, 5, 6}));
  BOOST_TEST(!was_effective(write(db, {trim_history{2, 64}})[0]));
  write(db, {trim_history{0, 1}});
  BOOST_TEST(all() == sequences({2, 4, 6}));
  write(db, {trim_history{0, 64}});
  BOOST_TEST(all() == sequences({4, 6}));
}

BOOST_FIXTURE_TEST_CASE(the_outputs_made_last_are_kept, fixture) {
  for (job_sequence i = 1; i <= 3; ++i) {
    write(db, {new_job(i)});
  }
  for (const job_sequence i : {2, 3, 1}) {
    auto done = ended(i);
    done.outputs = {file_output("archive")};
    write(db, {done});
  }
  write(db, {trim_outputs{1}});
  BOOST_TEST((output(1, "archive") && !output(2, "archive") && !output(3, "archive")));
  BOOST_TEST(files_in(db.outputs_directory()) == 1U);
}

BOOST_AUTO_TEST_CASE(a_damaged_job_is_shown_kept_and_survives_every_removal) {
  const temporary_directory in;
  {
    database db(in.path());
    write(db, {new_job(1), new_job(2), new_job(3)});
    write(db, {ended(1), ended(2)});
  }
  damage(in.path(), table::jobs, number_key(1));
  damage(in.path(), table::jobs, number_key(3));
  {
    database db(in.path());
    BOOST_TEST(db.recovered().undecodable == 1U);
    const auto from = db.read();
    std::vector<job_row> rows;
    for_each_job(from, 1, [&](job_row row) {
      rows.push_back(std::move(row));
      return true;
    });
    BOOST_REQUIRE(rows.size() == 3U);
    BOOST_TEST(rows[0].phase == job_phase::failure);
    BOOST_TEST(rows[0].code == error_code::corrupted_file);
    BOOST_TEST(rows[1].phase == job_phase::success);
    BOOST_TEST(!find_job(from, 1));
    BOOST_TEST(!was_effective(write(db, {remove_job{1}})[0]));
    BOOST_TEST(!was_effective(write(db, {ended(1)})[0]));
    write(db, {trim_history{0, 64}});
  }
  BOOST_TEST(holds(in.path(), table::jobs, number_key(1)));
  BOOST_TEST(!holds(in.path(), table::jobs, number_key(2)));
  BOOST_TEST(holds(in.path(), table::jobs, number_key(3)));
}

BOOST_AUTO_TEST_CASE(damaged_chunks_and_outputs_read_as_absent_and_stay) {
  const temporary_directory in;
  {
    database db(in.path());
    write(db, {new_job(1)});
    auto done = ended(1);
    done.outputs = {{"report", "text/plain", "", std::string("abc")}};
    write(db, {done});
  }
  damage(in.path(), table::job_args, chunk_key(1, 0));
  damage(in.path(), table::job_outputs, named_key(1, "report"));
  {
    database db(in.path());
    BOOST_TEST(!load_spec(db.read(), 1));
    BOOST_TEST(!load_spec_head(db.read(), 1));
    BOOST_TEST(!find_output(db.read(), 1, "report"));
    write(db, {trim_outputs{0}});
  }
  BOOST_TEST(holds(in.path(), table::job_outputs, named_key(1, "report")));
}

BOOST_AUTO_TEST_CASE(transient_jobs_are_forgotten_at_the_next_start) {
  const temporary_directory in;
  {
    database db(in.path());
    auto transient = new_job(1);
    transient.row.transient = true;
    auto done = new_job(2);
    done.row.transient = true;
    write(db, {transient, done, new_job(3)});
    auto update = ended(2);
    update.row.transient = true;
    const auto file = db.outputs_directory() / "f";
    write_durably(file, {});
    update.outputs = {{"archive", "", "", file}};
    write(db, {update});
    BOOST_TEST(find_job(db.read(), 2).has_value());
  }
  const database db(in.path());
  BOOST_TEST(!find_job(db.read(), 1));
  BOOST_TEST(!find_job(db.read(), 2));
  BOOST_TEST(find_job(db.read(), 3).has_value());
  BOOST_TEST(finished_in(db.read()) == 0U);
  BOOST_TEST(files_in(db.outputs_directory()) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::persistence::testing
