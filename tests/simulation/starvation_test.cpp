// How long a job can be held back by others, with ageing and without.

#include "core/schedule.hpp"
#include "core/uuid.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

namespace troupe {
namespace {

using namespace std::chrono_literals;

/// One slot, a job a second, and clients that submit faster than that.
class busy_server {
public:
  explicit busy_server(microseconds ageing) : core_(1, {.slots = 1, .ageing = ageing}) {}

  job_sequence submit(std::int32_t priority, const std::string& lane, std::uint64_t steps = 1) {
    job_row row;
    row.sequence = ++last_;
    row.id.text = uuid_text({});
    row.lane = lane;
    row.priority = priority;
    row.steps_total = steps;
    core_.add(row);
    core_.written(row.sequence, now());
    return row.sequence;
  }

  /// The job that is started now; it ends a little before the next second.
  job_sequence serve() {
    core_.age(now());
    const auto next = core_.start_next(now());
    BOOST_TEST_REQUIRE(next.has_value());
    const auto job = next->row.sequence;
    running_ = {job, next->row.epoch};
    return job;
  }

  void finish() {
    const auto [job, epoch] = running_;
    core_.end_attempt(job, epoch, {.event = job_event::finished}, now());
    core_.attempt_gone(job, epoch, now());
    core_.settle(job);
  }

  void sleep(microseconds time) {
    now_ += time;
    core_.age(now());
  }

  moment now() const { return {time_point{now_}, now_}; }

private:
  schedule core_;
  microseconds now_{0};
  job_sequence last_ = 0;
  std::pair<job_sequence, epoch_number> running_;
};

/// Seconds until the job runs while two jobs of priority 5 come every second; nothing if it never does.
std::optional<int> wait_in_a_flood(microseconds ageing, std::int32_t priority, int patience) {
  busy_server server(ageing);
  server.submit(5, "flood");
  const auto job = server.submit(priority, "other");
  for (int second = 0; second < patience; ++second) {
    server.submit(5, "flood");
    server.submit(5, "flood");
    if (server.serve() == job)
      return second;
    server.sleep(1s);
    server.finish();
  }
  return std::nullopt;
}

} // namespace

BOOST_AUTO_TEST_SUITE(starvation)

BOOST_AUTO_TEST_CASE(without_ageing_a_flood_of_higher_priorities_goes_first_for_ever) {
  BOOST_TEST(!wait_in_a_flood(0s, 4, 3000));
}

BOOST_AUTO_TEST_CASE(with_ageing_a_job_waits_no_longer_than_the_priorities_it_must_rise_and_its_turn_there) {
  for (const auto ageing : {3s, 10s, 60s})
    for (const std::int32_t priority : {4, 2, 0, -3}) {
      const auto waited = wait_in_a_flood(ageing, priority, 3000);
      BOOST_TEST_REQUIRE(waited.has_value());
      // Two lanes take turns in the band that it reaches.
      BOOST_TEST(*waited <= ageing.count() * (5 - priority) + 2);
    }
}

BOOST_AUTO_TEST_CASE(ageing_is_not_deceived_by_jobs_that_come_just_before_a_slot_is_free) {
  busy_server server(1s);
  server.submit(1, "flood");
  const auto job = server.submit(0, "other");
  for (int second = 0; second < 10; ++second) {
    if (server.serve() == job)
      return;
    server.sleep(999ms);
    server.submit(1, "flood");
    server.finish();
    if (server.serve() == job)
      return;
    server.sleep(1ms); // here nobody of a higher priority waits
    server.finish();
    server.submit(1, "flood");
  }
  BOOST_ERROR("it never rose");
}

BOOST_AUTO_TEST_CASE(a_client_that_submits_big_jobs_one_by_one_gets_no_more_than_its_share) {
  busy_server server(0s);
  std::map<job_sequence, bool> big;
  for (int i = 0; i < 2000; ++i)
    big[server.submit(0, "small", 1)] = false;
  big[server.submit(0, "big", 100)] = true;
  int served = 0;
  for (int turn = 0; turn < 1010; ++turn) {
    const auto job = server.serve();
    server.sleep(1s);
    server.finish();
    if (big[job]) {
      ++served;
      big[server.submit(0, "big", 100)] = true; // only when the one before has ended
    }
  }
  BOOST_TEST(served >= 9);
  BOOST_TEST(served <= 11);
}

BOOST_AUTO_TEST_CASE(a_lane_that_was_idle_is_given_no_more_than_the_others) {
  busy_server server(0s);
  for (int i = 0; i < 200; ++i)
    server.submit(0, "busy", 10);
  for (int i = 0; i < 50; ++i) {
    server.serve();
    server.finish();
  }
  for (int i = 0; i < 200; ++i)
    server.submit(0, "late", 10);
  int late = 0;
  for (int i = 0; i < 20; ++i) {
    late += server.serve() > 200 ? 1 : 0;
    server.finish();
  }
  BOOST_TEST(late >= 9);
  BOOST_TEST(late <= 11);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
