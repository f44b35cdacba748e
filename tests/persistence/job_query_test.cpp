#include "persistence/job_query.hpp"
#include "raw.hpp"

#include <algorithm>
#include <random>
#include <set>

namespace troupe::persistence::testing {

BOOST_AUTO_TEST_SUITE(job_queries)

namespace {

using sequences = std::vector<job_sequence>;

struct fixture {
  temporary_directory in;
  database db{in.path()};

  void add(job_sequence sequence, job_phase phase, const std::string& type = "Archive",
           const std::string& lane = "lane") {
    auto added = new_job(sequence);
    added.row.phase = phase;
    added.row.type = type;
    added.row.lane = lane;
    write(db, {added});
  }

  sequences find(const job_filter& which, const sequences& running = {}, bool descending = false) {
    return of(find_jobs(db.read(), which, 0, 100, descending, running));
  }

  static sequences of(const job_page& page) {
    sequences found;
    std::ranges::transform(page.rows, std::back_inserter(found), &job_row::sequence);
    return found;
  }
};

job_filter in_state(job_state state) {
  job_filter which;
  which.state = state;
  return which;
}

} // namespace

BOOST_FIXTURE_TEST_CASE(every_state_that_clients_see_is_found_by_its_phases, fixture) {
  for (std::uint8_t phase = 0; phase <= 9; ++phase) {
    add(phase + 1U, static_cast<job_phase>(phase));
  }
  BOOST_TEST(find(in_state(job_state::pending)) == sequences({1, 9}));
  BOOST_TEST(find(in_state(job_state::running)) == sequences({2, 3, 4, 10}));
  BOOST_TEST(find(in_state(job_state::paused)) == sequences({5}));
  BOOST_TEST(find(in_state(job_state::retry)) == sequences({6}));
  BOOST_TEST(find(in_state(job_state::success)) == sequences({7}));
  BOOST_TEST(find(in_state(job_state::failure)) == sequences({8}));
  BOOST_TEST(find({}, {}, true) == sequences({10, 9, 8, 7, 6, 5, 4, 3, 2, 1}));
  BOOST_TEST(find(in_state(job_state::running), {}, true) == sequences({10, 4, 3, 2}));
}

BOOST_FIXTURE_TEST_CASE(a_job_that_has_an_attempt_runs_whatever_the_disk_says_unless_it_is_final, fixture) {
  add(1, job_phase::pending);
  add(2, job_phase::pending);
  add(3, job_phase::success);
  add(4, job_phase::running);
  const sequences running{3, 2, 99};
  BOOST_TEST(find(in_state(job_state::running), running) == sequences({2, 4}));
  BOOST_TEST(find(in_state(job_state::running), running, true) == sequences({4, 2}));
  BOOST_TEST(find(in_state(job_state::pending), running) == sequences({1}));
  BOOST_TEST(find(in_state(job_state::success), running) == sequences({3}));
}

BOOST_FIXTURE_TEST_CASE(a_type_or_lane_is_not_taken_for_one_that_begins_like_it, fixture) {
  using namespace std::string_literals;
  add(1, job_phase::pending, "A", "l");
  add(2, job_phase::pending, "AB", "l\0"s);
  add(3, job_phase::pending, "A\0"s, "l\0\0\0\0\0\0\0\0\1"s);
  add(4, job_phase::pending, "A", "l");
  job_filter which;
  which.type = "A";
  BOOST_TEST(find(which) == sequences({1, 4}));
  BOOST_TEST(find(which, {}, true) == sequences({4, 1}));
  which.type = "A\0"s;
  BOOST_TEST(find(which) == sequences({3}));
  which.type = "B";
  BOOST_TEST(find(which).empty());
  which = {};
  which.lane = "l";
  BOOST_TEST(find(which) == sequences({1, 4}));
  which.type = "AB";
  BOOST_TEST(find(which).empty());
}

BOOST_FIXTURE_TEST_CASE(times_of_creation_are_exact_whatever_the_order_of_names, fixture) {
  for (const auto& [sequence, created] : {std::pair{1, 30}, {2, 10}, {3, 20}}) {
    auto added = new_job(static_cast<job_sequence>(sequence));
    added.row.created = at(created);
    write(db, {added});
  }
  job_filter which;
  which.created_from = at(20);
  BOOST_TEST(find(which) == sequences({1, 3}));
  which.created_before = at(30);
  BOOST_TEST(find(which) == sequences({3}));
}

BOOST_AUTO_TEST_CASE(a_time_of_creation_is_found_without_looking_at_all_jobs_even_where_the_clock_went_back) {
  const temporary_directory in;
  database db(in.path());
  std::vector<mutation> changes;
  for (job_sequence i = 1; i <= 4000; ++i) {
    auto added = new_job(i == 3998 ? 3999 : i == 3999 ? 3998 : i); // one comes late
    const auto sequence = static_cast<std::int64_t>(added.row.sequence);
    added.row.created = at(sequence < 2000 ? sequence : sequence - 100);
    changes.emplace_back(added);
  }
  write(db, changes);
  const auto time_of = [&](job_sequence sequence) { return find_job(db.read(), sequence)->created; };
  for (const job_sequence place : {500, 1000, 1950, 2050, 3000, 3900}) {
    job_filter which;
    which.created_from = time_of(place);
    which.created_before = time_of(place + 3);
    sequences expected;
    for_each_job(db.read(), 0, [&](const job_row& row) {
      if (row.created >= *which.created_from && row.created < *which.created_before) {
        expected.push_back(row.sequence);
      }
      return true;
    });
    for (const bool descending : {false, true}) {
      const auto page = find_jobs(db.read(), which, 0, 100, descending, {}, {}, 500);
      auto found = fixture::of(page);
      if (descending) {
        std::ranges::reverse(found);
      }
      BOOST_TEST(found == expected);
      BOOST_TEST(!page.next);
    }
  }
}

BOOST_FIXTURE_TEST_CASE(a_page_that_stops_early_says_where_to_go_on, fixture) {
  for (job_sequence i = 1; i <= 50; ++i) {
    add(i, i % 10 == 0 ? job_phase::pending : job_phase::paused);
  }
  for (const bool descending : {false, true}) {
    sequences found;
    std::optional<job_sequence> after = 0;
    int pages = 0;
    for (; after; ++pages) {
      const auto page = find_jobs(db.read(), in_state(job_state::pending), *after, 3, descending, {}, {}, 7);
      std::ranges::copy(fixture::of(page), std::back_inserter(found));
      BOOST_REQUIRE(page.next != after);
      after = page.next;
    }
    if (descending) {
      std::ranges::reverse(found);
    }
    BOOST_TEST(found == sequences({10, 20, 30, 40, 50}));
    BOOST_TEST(pages >= 7);
  }
}

BOOST_FIXTURE_TEST_CASE(the_last_page_has_no_next, fixture) {
  for (job_sequence i = 1; i <= 4; ++i) {
    add(i, job_phase::failure);
  }
  const auto page = [&](job_sequence after, bool descending) {
    return find_jobs(db.read(), in_state(job_state::failure), after, 2, descending, {});
  };
  BOOST_TEST((page(0, false).next == 2U));
  BOOST_TEST(!page(2, false).next);
  BOOST_TEST((page(0, true).next == 3U));
  BOOST_TEST(!page(3, true).next);
  BOOST_TEST(page(1, true).rows.empty());
  BOOST_TEST(page(UINT64_MAX, false).rows.empty());
}

BOOST_FIXTURE_TEST_CASE(any_filter_over_any_pages_finds_what_looking_at_every_row_finds, fixture) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      const temporary_directory elsewhere;
      database other(elsewhere.path());
      std::mt19937_64 random(seed);
      const auto below = [&](std::uint64_t limit) { return random() % limit; };
      std::vector<mutation> changes;
      for (job_sequence step = 1; step <= 200; ++step) {
        const auto i = step % 10 == 0 ? step - 1 : step % 10 == 9 ? step + 1 : step; // not quite in order
        auto added = new_job(i);
        added.row.type = std::string(1, static_cast<char>('A' + below(3)));
        added.row.lane = std::string(1, static_cast<char>('a' + below(3)));
        added.row.created = at(static_cast<std::int64_t>(i + below(20)));
        changes.emplace_back(added);
        added.row.phase = static_cast<job_phase>(below(10));
        changes.emplace_back(update_job{.row = added.row});
        if (below(10) == 0) {
          changes.emplace_back(remove_job{i});
        }
      }
      write(other, changes);
      for (int round = 0; round < 100; ++round) {
        job_filter which;
        if (below(2) == 0)
          which.state = static_cast<job_state>(below(6));
        if (below(3) == 0)
          which.type = std::string(1, static_cast<char>('A' + below(4)));
        if (below(3) == 0)
          which.lane = std::string(1, static_cast<char>('a' + below(4)));
        if (below(4) == 0)
          which.created_from = at(static_cast<std::int64_t>(below(220)));
        if (below(4) == 0)
          which.created_before = at(static_cast<std::int64_t>(below(220)));
        sequences running;
        while (below(4) != 0)
          running.push_back(1 + below(220));
        const auto from = other.read();
        sequences expected;
        for_each_job(from, 0, [&](const job_row& row) {
          const bool runs = !is_final(row.phase) && std::ranges::count(running, row.sequence) > 0;
          const auto state = runs ? job_state::running : shown_as(row.phase);
          if ((!which.state || *which.state == state) && (!which.type || *which.type == row.type)
              && (!which.lane || *which.lane == row.lane) && (!which.created_from || row.created >= *which.created_from)
              && (!which.created_before || row.created < *which.created_before) && row.sequence % 7 != 0)
            expected.push_back(row.sequence);
          return true;
        });
        const bool descending = below(2) == 0;
        if (descending)
          std::ranges::reverse(expected);
        sequences found;
        const auto most = 1 + below(30);
        const auto examined = 1 + below(100);
        for (std::optional<job_sequence> after = 0; after;) {
          const auto page = find_jobs(
            from, which, *after, most, descending, running, [](const job_row& row) { return row.sequence % 7 != 0; },
            examined);
          BOOST_REQUIRE(page.rows.size() <= most);
          std::ranges::copy(fixture::of(page), std::back_inserter(found));
          after = page.next;
        }
        BOOST_REQUIRE(found == expected);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(jobs_of_format_1_are_found_after_the_directory_was_raised) {
  const temporary_directory in;
  constexpr job_sequence last = 10'000;
  {
    database db(in.path());
    std::vector<mutation> changes;
    for (job_sequence i = 1; i <= last; ++i) {
      auto added = new_job(i);
      added.row.type = i % 1000 == 0 ? "Rare" : "Archive";
      added.row.transient = i == 2000;
      changes.emplace_back(added);
    }
    changes.emplace_back(ended(7, job_phase::paused));
    changes.emplace_back(ended(8));
    write(db, changes);
  }
  back_to_format_1(in.path());
  job_filter rare;
  rare.type = "Rare";
  const sequences expected{1000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10000};
  for (int round = 0; round < 2; ++round) {
    const database db(in.path());
    BOOST_TEST(fixture::of(find_jobs(db.read(), rare, 0, 100, false, {})) == expected);
    BOOST_TEST(fixture::of(find_jobs(db.read(), in_state(job_state::paused), 0, 9, false, {})) == sequences({7}));
    BOOST_TEST(fixture::of(find_jobs(db.read(), in_state(job_state::success), 0, 9, false, {})) == sequences({8}));
    BOOST_TEST((find_job(db.read(), 7)->retry == retry_policy{}));
    BOOST_TEST(db.last_job_event() == 1U); // the transient job went
  }
  change_raw(in.path(), [](write_transaction& to) {
    BOOST_TEST((decode_u32(*to.rows().get(table::meta, meta_row::format)) == format_version));
    BOOST_TEST(to.rows().count(table::job_index) == 2 * (last - 1) + 2);
  });
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::persistence::testing
