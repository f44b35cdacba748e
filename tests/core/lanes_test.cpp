#include "core/lanes.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>
#include <vector>

namespace troupe {

BOOST_AUTO_TEST_SUITE(lanes_of_jobs)

BOOST_AUTO_TEST_CASE(the_highest_priority_goes_first) {
  lanes queue;
  queue.push(1, "a", 0, 1);
  queue.push(2, "a", 5, 1);
  queue.push(3, "b", -3, 1);
  BOOST_TEST(*queue.pop() == 2U);
  BOOST_TEST(*queue.pop() == 1U);
  BOOST_TEST(*queue.pop() == 3U);
  BOOST_TEST(!queue.pop());
}

BOOST_AUTO_TEST_CASE(within_a_lane_the_first_submitted_goes_first_even_if_it_rejoins) {
  lanes queue;
  for (job_sequence job = 1; job <= 4; ++job)
    queue.push(job, "a", 0, 1);
  BOOST_TEST(*queue.pop() == 1U);
  queue.push(1, "a", 0, 1);
  BOOST_TEST(*queue.pop() == 1U);
  BOOST_TEST(*queue.pop() == 2U);
}

BOOST_AUTO_TEST_CASE(a_small_job_does_not_wait_for_a_flood_to_another_lane) {
  lanes queue;
  for (job_sequence job = 1; job <= 1000; ++job)
    queue.push(job, "flood", 0, 100);
  for (int i = 0; i < 10; ++i)
    queue.pop();
  queue.push(2000, "small", 0, 1);
  const auto first = *queue.pop();
  const auto second = *queue.pop();
  BOOST_TEST((first == 2000 || second == 2000));
}

BOOST_AUTO_TEST_CASE(an_idle_lane_saves_up_no_credit) {
  lanes queue;
  for (job_sequence job = 1; job <= 100; ++job)
    queue.push(job, "busy", 0, 10);
  for (int i = 0; i < 50; ++i)
    queue.pop();
  for (job_sequence job = 1001; job <= 1100; ++job)
    queue.push(job, "late", 0, 10);
  std::map<bool, int> served;
  for (int i = 0; i < 20; ++i)
    ++served[*queue.pop() > 1000];
  BOOST_TEST(served[true] <= 11);
  BOOST_TEST(served[false] >= 9);
}

BOOST_AUTO_TEST_CASE(lanes_share_by_the_work_they_are_given_whatever_the_seed) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      lanes queue;
      std::map<job_sequence, std::pair<int, std::uint64_t>> jobs;
      std::uint64_t largest = 0;
      for (job_sequence job = 1; job <= 600; ++job) {
        const int lane = static_cast<int>(random() % 3);
        const std::uint64_t cost = 1 + random() % 50;
        largest = std::max(largest, cost);
        jobs[job] = {lane, cost};
        queue.push(job, std::to_string(lane), 0, cost);
      }
      std::map<int, std::uint64_t> given;
      for (int i = 0; i < 300; ++i) {
        const auto& [lane, cost] = jobs[*queue.pop()];
        given[lane] += cost;
        const auto [low, high] = std::minmax({given[0], given[1], given[2]});
        BOOST_TEST(high - low <= 2 * largest);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(it_holds_exactly_what_was_pushed_and_not_taken_whatever_the_seed) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      lanes queue;
      std::set<job_sequence> inside;
      for (job_sequence job = 1; job <= 2000; ++job) {
        switch (random() % 4) {
        case 0:
        case 1:
          queue.push(job, std::to_string(random() % 7), static_cast<std::int32_t>(random() % 3), random() % 20);
          inside.insert(job);
          break;
        case 2: {
          const job_sequence some = 1 + random() % job;
          BOOST_TEST(queue.erase(some) == (inside.erase(some) == 1));
          break;
        }
        default:
          if (const auto taken = queue.pop())
            BOOST_TEST(inside.erase(*taken) == 1U);
          else
            BOOST_TEST(inside.empty());
        }
        BOOST_TEST(queue.size() == inside.size());
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
