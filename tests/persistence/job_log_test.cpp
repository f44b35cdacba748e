#include "persistence/job_view.hpp"
#include "persistence/modality_store.hpp"
#include "raw.hpp"

#include <chrono>

namespace troupe::persistence::testing {

BOOST_AUTO_TEST_SUITE(job_log)

namespace {

struct fixture {
  temporary_directory in;
  database db{in.path()};

  std::vector<job_event_record> events(std::uint64_t after = 0) {
    std::vector<job_event_record> found;
    for_each_job_event(db.read(), after, [&](job_event_record event) {
      found.push_back(std::move(event));
      return true;
    });
    return found;
  }

  error_code refusal(std::vector<mutation> mutations) {
    const auto answer = commit(db, {std::move(mutations)});
    return answer.has_error() ? answer.error().code() : error_code::success;
  }
};

add_job keyed_job(job_sequence sequence, std::string key, time_point created = at(1000)) {
  auto added = new_job(sequence);
  added.row.created = created;
  added.idempotency_key = std::move(key);
  added.fingerprint = "print of " + std::to_string(sequence);
  return added;
}

constexpr std::chrono::hours day{24};

} // namespace

BOOST_FIXTURE_TEST_CASE(what_the_schedule_writes_and_every_removal_is_an_event, fixture) {
  BOOST_TEST((job_event_range(db.read()) == std::pair<std::uint64_t, std::uint64_t>{0, 0}));
  write(db, {new_job(1), new_job(2)});
  BOOST_TEST(db.last_job_event() == 2U);
  auto running = row_of(1, job_phase::running);
  running.attempts = 1;
  running.priority = 9;
  write(db, {update_job{.row = running}, advance_job{1, 0, 5, {}}});
  write(db, {ended(1, job_phase::failure), ended(2)});
  write(db, {trim_history{1, 64, at(50)}, remove_job{2}, remove_job{2}});
  const auto seen = events();
  BOOST_REQUIRE(seen.size() == 7U);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    BOOST_TEST(seen[i].number == i + 1);
  }
  BOOST_TEST(seen[2].sequence == 1U);
  BOOST_TEST(seen[2].phase == job_phase::running);
  BOOST_TEST(seen[2].priority == 9);
  BOOST_TEST(seen[2].attempts == 1U);
  BOOST_TEST(seen[2].id.text == job_name(1).text);
  BOOST_TEST(seen[2].type == "Archive");
  BOOST_TEST(!seen[4].removed);
  BOOST_TEST((seen[5].removed && seen[5].sequence == 1 && seen[5].time == at(50)));
  BOOST_TEST((seen[6].removed && seen[6].sequence == 2 && seen[6].time == at(2)));
  BOOST_TEST(events(5).size() == 2U);
  BOOST_TEST(events(UINT64_MAX).empty());
  BOOST_TEST(db.last_job_event() == 7U);
  BOOST_TEST((job_event_range(db.read()) == std::pair<std::uint64_t, std::uint64_t>{1, 7}));
}

BOOST_FIXTURE_TEST_CASE(what_was_refused_leaves_no_event, fixture) {
  BOOST_TEST(refusal({new_job(1), new_job(0)}) == error_code::parameter_out_of_range);
  BOOST_TEST(refusal({new_job(0)}) == error_code::parameter_out_of_range);
  write(db, {advance_job{1, 0, 1, {}}, ended(1), remove_job{1}});
  BOOST_TEST(events().empty());
  BOOST_TEST(db.last_job_event() == 0U);
}

BOOST_AUTO_TEST_CASE(numbers_of_events_go_on_after_a_start_that_forgets_jobs) {
  const temporary_directory in;
  {
    database db(in.path());
    auto transient = new_job(1);
    transient.row.transient = true;
    write(db, {transient});
    BOOST_TEST(db.last_job_event() == 1U);
  }
  database db(in.path());
  BOOST_TEST(db.last_job_event() == 2U);
  std::vector<bool> removed;
  for_each_job_event(db.read(), 0, [&](const job_event_record& event) {
    removed.push_back(event.removed);
    return true;
  });
  BOOST_TEST(removed == std::vector<bool>({false, true}));
}

BOOST_FIXTURE_TEST_CASE(only_the_newest_hundred_thousand_events_are_kept, fixture) {
  write(db, {new_job(1)});
  std::vector<mutation> changes(25'001, update_job{.row = row_of(1)});
  for (int i = 0; i < 4; ++i) {
    write(db, changes);
  }
  BOOST_TEST((job_event_range(db.read()) == std::pair<std::uint64_t, std::uint64_t>{6, 100'005}));
}

BOOST_FIXTURE_TEST_CASE(the_newest_attempts_of_a_job_are_kept_until_it_goes, fixture) {
  write(db, {new_job(1), new_job(2)});
  for (std::uint32_t number = 1; number <= 40; ++number) {
    auto update = ended(1, job_phase::retry);
    update.attempt = {number, at(number), at(number + 1), number, error_code::timeout, "slow"};
    write(db, {update});
  }
  auto again = ended(1, job_phase::pending);
  again.restart = true;
  write(db, {again});
  const auto kept = attempts_of(db.read(), 1);
  BOOST_REQUIRE(kept.size() == 32U);
  BOOST_TEST(kept.front().number == 9U);
  BOOST_TEST(kept.back().number == 40U);
  BOOST_TEST((kept.back().ended == at(41)));
  BOOST_TEST(kept.back().steps_done == 40U);
  BOOST_TEST(kept.back().code == error_code::timeout);
  BOOST_TEST(kept.back().details == "slow");
  BOOST_TEST(attempts_of(db.read(), 2).empty());
  write(db, {remove_job{1}});
  BOOST_TEST(attempts_of(db.read(), 1).empty());
}

BOOST_FIXTURE_TEST_CASE(a_key_makes_one_job_in_a_day, fixture) {
  write(db, {keyed_job(1, "key")});
  BOOST_TEST(refusal({keyed_job(2, "key")}) == error_code::duplicate_resource);
  BOOST_TEST(refusal({keyed_job(2, "other"), keyed_job(3, "other")}) == error_code::duplicate_resource);
  BOOST_TEST(!find_idempotent_job(db.read(), "other", at(1000)));
  const auto made = find_idempotent_job(db.read(), "key", at(1000) + day - microseconds{1});
  BOOST_REQUIRE(made);
  BOOST_TEST(made->id.text == job_name(1).text);
  BOOST_TEST(made->fingerprint == "print of 1");
  BOOST_TEST(!find_idempotent_job(db.read(), "key", at(1000) + day));
  BOOST_TEST(!find_idempotent_job(db.read(), "", at(1000)));
  write(db, {keyed_job(2, "key", at(1000) + day)});
  BOOST_TEST(find_idempotent_job(db.read(), "key", at(1000) + day)->id.text == job_name(2).text);
}

BOOST_FIXTURE_TEST_CASE(a_key_longer_than_255_bytes_is_refused, fixture) {
  write(db, {keyed_job(1, std::string(255, 'k'))});
  BOOST_TEST(find_idempotent_job(db.read(), std::string(255, 'k'), at(0)).has_value());
  BOOST_TEST(refusal({keyed_job(2, std::string(256, 'k'))}) == error_code::parameter_out_of_range);
  BOOST_TEST(!find_idempotent_job(db.read(), std::string(600, 'k'), at(0)));
}

BOOST_AUTO_TEST_CASE(expired_keys_are_swept_by_later_ones) {
  const temporary_directory in;
  {
    database db(in.path());
    for (job_sequence i = 1; i <= 20; ++i) {
      write(db, {keyed_job(i, "key " + std::to_string(i), at(static_cast<std::int64_t>(i)))});
    }
    // At this time, those of 1 to 10 have expired.
    write(db, {keyed_job(21, "next", at(10) + day), new_job(22)});
  }
  BOOST_TEST(!holds(in.path(), table::idempotency, "key 8"));
  BOOST_TEST(holds(in.path(), table::idempotency, "key 9"));
  {
    database db(in.path());
    write(db, {keyed_job(23, "and next", at(10) + day)});
  }
  BOOST_TEST(!holds(in.path(), table::idempotency, "key 10"));
  BOOST_TEST(holds(in.path(), table::idempotency, "key 11"));
  change_raw(in.path(), [](write_transaction& to) {
    BOOST_TEST(to.rows().count(table::idempotency) == 12U);
    BOOST_TEST(to.rows().count(table::idempotency_order) == 12U);
  });
}

BOOST_FIXTURE_TEST_CASE(a_view_of_a_job_shows_its_lane_retries_and_earlier_attempts, fixture) {
  write(db, {new_job(1)});
  auto update = ended(1, job_phase::retry);
  update.row.retry.max_retries = 5;
  update.row.retries = 2;
  update.row.changed = at(70);
  update.row.not_before = at(90);
  update.attempt = {1, at(10), at(20), 3, error_code::timeout, "slow"};
  write(db, {update});
  const auto row = *find_job(db.read(), 1);
  const auto seen = view_job(db.read(), row, {}, at(80));
  BOOST_TEST(seen.lane == "lane");
  BOOST_TEST((seen.changed == at(70)));
  BOOST_TEST(seen.max_retries == 5U);
  BOOST_TEST(seen.retries == 2U);
  BOOST_TEST((seen.not_before == at(90)));
  BOOST_REQUIRE(seen.earlier_attempts.size() == 1U);
  BOOST_TEST(seen.earlier_attempts[0].details == "slow");
  live_job live;
  live.epoch = row.epoch + 1;
  live.started = at(95);
  const auto running = view_job(db.read(), row, live, at(100));
  BOOST_TEST(!running.not_before);
  BOOST_TEST((running.changed == at(95)));
  BOOST_TEST(running.earlier_attempts.size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(failed_items_are_listed_from_any_step_on, fixture) {
  write(db, {new_job(1), new_job(2)});
  write(db, {advance_job{1, 0, 9, {{2, {}}, {4, {}}, {6, {}}}}, advance_job{2, 0, 9, {{5, {}}}}});
  const auto items = failed_items_from(db.read(), 1, 3, 9);
  BOOST_REQUIRE(items.size() == 2U);
  BOOST_TEST((items[0].first == 4 && items[1].first == 6));
  BOOST_TEST(failed_items_from(db.read(), 1, 3, 1).size() == 1U);
  BOOST_TEST(failed_items_from(db.read(), 1, 7, 9).empty());
}

BOOST_FIXTURE_TEST_CASE(a_lane_is_remembered_while_it_is_paused_or_limited, fixture) {
  write(db, {put_lane{{"b", 4, false}}, put_lane{{"a", 0, true}}});
  const auto set = lane_settings(db.read());
  BOOST_REQUIRE(set.size() == 2U);
  BOOST_TEST((set[0].name == "a" && set[0].limit == 0 && set[0].paused));
  BOOST_TEST((set[1].name == "b" && set[1].limit == 4 && !set[1].paused));
  write(db, {put_lane{{"a", 0, false}}, put_lane{{"never set", 0, false}}});
  BOOST_TEST(lane_settings(db.read()).size() == 1U);
  BOOST_TEST(refusal({put_lane{{"", 1, true}}}) == error_code::parameter_out_of_range);
  BOOST_TEST(refusal({put_lane{{std::string(129, 'l'), 1, true}}}) == error_code::parameter_out_of_range);
}

BOOST_AUTO_TEST_CASE(a_modality_is_found_again_after_a_start_until_it_is_removed) {
  const temporary_directory in;
  {
    database db(in.path());
    write(db, {put_modality{"pacs", "{}"}, put_modality{"pacs", R"({"a":1})"}, put_modality{"other", "[]"}});
    BOOST_TEST(was_effective(write(db, {remove_modality{"other"}})[0]));
    BOOST_TEST(!was_effective(write(db, {remove_modality{"other"}})[0]));
    BOOST_TEST(commit(db, {{put_modality{"", "{}"}}}).has_error());
  }
  const database db(in.path());
  BOOST_TEST((find_modality(db.read(), "pacs") == R"({"a":1})"));
  BOOST_TEST(!find_modality(db.read(), "other"));
  BOOST_TEST(modalities(db.read()).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::persistence::testing
