#include "core/lanes.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace troupe {
namespace {

/// Takes the front out for `cost` steps of work; 0: nothing waits.
job_sequence pop(lanes& queue, std::uint64_t cost = 1) {
  const auto front = queue.front();
  if (!front)
    return 0;
  queue.take(*front, cost);
  return front->job;
}

} // namespace

BOOST_AUTO_TEST_SUITE(lanes_of_jobs)

BOOST_AUTO_TEST_CASE(the_highest_band_goes_first) {
  lanes queue;
  queue.push({1, 1, 0});
  queue.push({2, 1, 5});
  queue.push({3, 2, -3});
  BOOST_TEST(queue.any_above(0));
  BOOST_TEST(!queue.any_above(5));
  BOOST_TEST(pop(queue) == 2U);
  BOOST_TEST(pop(queue) == 1U);
  BOOST_TEST(pop(queue) == 3U);
  BOOST_TEST(pop(queue) == 0U);
}

BOOST_AUTO_TEST_CASE(within_a_lane_the_first_submitted_goes_first_even_if_it_rejoins) {
  lanes queue;
  for (job_sequence job = 1; job <= 4; ++job)
    queue.push({job, 1, 0});
  BOOST_TEST(pop(queue) == 1U);
  queue.push({1, 1, 0});
  BOOST_TEST(pop(queue) == 1U);
  BOOST_TEST(pop(queue) == 2U);
}

BOOST_AUTO_TEST_CASE(a_small_job_does_not_wait_for_a_flood_to_another_lane) {
  lanes queue;
  for (job_sequence job = 1; job <= 1000; ++job)
    queue.push({job, 1, 0});
  for (int i = 0; i < 10; ++i)
    pop(queue, 100);
  queue.push({2000, 2, 0});
  const auto first = pop(queue, 100);
  const auto second = pop(queue, 100);
  BOOST_TEST((first == 2000 || second == 2000));
}

BOOST_AUTO_TEST_CASE(a_lane_that_is_held_is_passed_over_until_it_is_free) {
  lanes queue;
  queue.push({1, 1, 9});
  queue.push({2, 2, 0});
  queue.hold(1);
  queue.push({3, 1, 9});
  BOOST_TEST(pop(queue) == 2U);
  BOOST_TEST(pop(queue) == 0U);
  BOOST_TEST(queue.size() == 2U);
  queue.free(1);
  BOOST_TEST(pop(queue) == 1U);
  BOOST_TEST(pop(queue) == 3U);
}

BOOST_AUTO_TEST_CASE(a_lane_that_was_held_saves_up_no_credit) {
  lanes queue;
  for (job_sequence job = 1; job <= 100; ++job) {
    queue.push({job, 1, 0});
    queue.push({1000 + job, 2, 0});
  }
  queue.hold(2);
  for (int i = 0; i < 50; ++i)
    pop(queue);
  queue.free(2);
  int late = 0;
  for (int i = 0; i < 20; ++i)
    late += pop(queue) > 1000 ? 1 : 0;
  BOOST_TEST(late >= 9);
  BOOST_TEST(late <= 11);
}

BOOST_AUTO_TEST_CASE(work_that_is_given_back_is_not_charged) {
  lanes queue;
  for (job_sequence job = 1; job <= 3; ++job) {
    queue.push({job, 1, 0});
    queue.push({100 + job, 2, 0});
  }
  BOOST_TEST(pop(queue, 100) == 1U);
  BOOST_TEST(pop(queue, 10) == 101U);
  queue.give_back(1, 0, 95); // it did five steps
  BOOST_TEST(pop(queue, 100) == 2U);
  BOOST_TEST(pop(queue, 100) == 102U);
}

BOOST_AUTO_TEST_CASE(those_ahead_are_those_of_higher_bands_of_its_lane_and_as_many_of_each_other) {
  lanes queue;
  queue.push({1, 1, 5});
  queue.push({2, 1, 0});
  queue.push({3, 1, 0});
  queue.push({4, 2, 0});
  queue.push({5, 2, 0});
  queue.push({6, 2, 0});
  queue.push({7, 1, -1});
  BOOST_TEST(queue.ahead_of({1, 1, 5}, 100) == 0U);
  BOOST_TEST(queue.ahead_of({3, 1, 0}, 100) == 3U); // 1, 2 and one of lane 2
  BOOST_TEST(queue.ahead_of({6, 2, 0}, 100) == 5U);
  BOOST_TEST(queue.ahead_of({6, 2, 0}, 2) >= 2U);
}

BOOST_AUTO_TEST_CASE(lanes_share_by_the_work_they_are_given_whatever_the_seed) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    lanes queue;
    std::map<job_sequence, std::uint64_t> costs;
    for (job_sequence job = 1; job <= 600; ++job) {
      costs[job] = 1 + random() % 50;
      queue.push({job, static_cast<lane_number>(random() % 3), 0});
    }
    std::array<std::uint64_t, 3> given{};
    for (int i = 0; i < 300; ++i) {
      const auto front = *queue.front();
      queue.take(front, costs[front.job]);
      given.at(front.lane) += costs[front.job];
      const auto [low, high] = std::minmax_element(given.begin(), given.end());
      if (*high - *low > 2 * 50)
        BOOST_ERROR("seed " << seed << ": " << *low << " against " << *high);
    }
  }
}

BOOST_AUTO_TEST_CASE(it_holds_exactly_what_was_pushed_and_not_taken_whatever_the_seed) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    lanes queue;
    std::map<job_sequence, lanes::place> inside;
    bool right = true;
    for (job_sequence job = 1; job <= 2000; ++job) {
      switch (random() % 5) {
      case 0:
      case 1: {
        const lanes::place at{job, static_cast<lane_number>(random() % 7), static_cast<std::int32_t>(random() % 3)};
        queue.push(at);
        inside[job] = at;
        break;
      }
      case 2: {
        const auto some = inside.lower_bound(1 + random() % job);
        const auto at = some == inside.end() ? lanes::place{job, 1, 1} : some->second;
        right = right && queue.erase(at) == (inside.erase(at.job) == 1);
        break;
      }
      case 3: {
        const auto lane = static_cast<lane_number>(random() % 7);
        random() % 3 == 0 ? queue.hold(lane) : queue.free(lane);
        break;
      }
      default:
        if (const auto taken = pop(queue, random() % 20))
          right = right && inside.erase(taken) == 1;
      }
      right = right && queue.size() == inside.size();
    }
    for (lane_number lane = 0; lane < 7; ++lane)
      queue.free(lane);
    while (const auto taken = pop(queue))
      right = right && inside.erase(taken) == 1;
    if (!right || !inside.empty() || queue.size() != 0)
      BOOST_ERROR("seed " << seed);
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
