#include "core/metrics.hpp"
#include "tests/core/manual_clock.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <thread>
#include <vector>

namespace troupe {

namespace {

using namespace std::chrono_literals;

struct fixture {
  manual_clock time{5000ms};

  struct sample : metric_list {
    using metric_list::metric_list;
    counter seen{*this, "seen_total", "Seen."};
    gauge level{*this, "level", "Level."};
    maximum_gauge peak{*this, "peak", "Peak."};
  } metrics{time};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(metric_, fixture)

BOOST_AUTO_TEST_CASE(a_metric_that_was_never_set_says_so) {
  for (const auto* metric : metrics.all())
    BOOST_TEST(!metric->was_set());
  metrics.level.set(0);
  BOOST_TEST(metrics.level.was_set());
}

BOOST_AUTO_TEST_CASE(a_counter_grows_and_a_gauge_is_what_it_was_set_to) {
  metrics.seen.add();
  metrics.seen.add(2.5);
  metrics.level.set(7);
  metrics.level.set(3);
  BOOST_TEST(metrics.seen.value() == 3.5);
  BOOST_TEST(metrics.level.value() == 3);
  BOOST_TEST(metrics.seen.kind() == "counter");
  BOOST_TEST(metrics.level.kind() == "gauge");
}

BOOST_AUTO_TEST_CASE(a_metric_knows_when_it_was_last_set) {
  metrics.level.set(1);
  BOOST_TEST(metrics.level.changed_ms() == 5000);
  time.advance(1999us);
  metrics.level.set(1);
  BOOST_TEST(metrics.level.changed_ms() == 5001);
}

BOOST_AUTO_TEST_CASE(a_maximum_gives_way_to_a_larger_value_only_within_ten_seconds) {
  metrics.peak.observe(5);
  time.advance(10s);
  metrics.peak.observe(4);
  BOOST_TEST(metrics.peak.value() == 5);
  BOOST_TEST(metrics.peak.changed_ms() == 5000);
  metrics.peak.observe(6);
  BOOST_TEST(metrics.peak.value() == 6);
  BOOST_TEST(metrics.peak.changed_ms() == 15'000);
}

BOOST_AUTO_TEST_CASE(a_maximum_gives_way_to_any_value_after_ten_seconds) {
  metrics.peak.observe(5);
  time.advance(10'001ms);
  BOOST_TEST(metrics.peak.value() == 5);
  metrics.peak.observe(1);
  BOOST_TEST(metrics.peak.value() == 1);
}

BOOST_AUTO_TEST_CASE(the_first_value_of_a_maximum_may_be_negative_or_zero) {
  metrics.peak.observe(-3);
  BOOST_TEST(metrics.peak.value() == -3);
  BOOST_TEST(metrics.peak.was_set());
}

BOOST_AUTO_TEST_CASE(nothing_is_recorded_while_metrics_are_not_collected) {
  metrics.seen.add(2);
  metrics.collect(false);
  metrics.seen.add();
  metrics.level.set(1);
  metrics.peak.observe(1);
  { const timed life(metrics.peak); }
  BOOST_TEST(metrics.seen.value() == 2);
  BOOST_TEST(!metrics.level.was_set());
  BOOST_TEST(!metrics.peak.was_set());
  metrics.collect(true);
  metrics.seen.add();
  BOOST_TEST(metrics.seen.value() == 3);
}

BOOST_AUTO_TEST_CASE(a_timed_life_is_observed_at_its_end) {
  {
    const timed life(metrics.peak);
    BOOST_TEST(!metrics.peak.was_set());
  }
  BOOST_TEST(metrics.peak.was_set());
  BOOST_TEST(metrics.peak.value() >= 0);
}

BOOST_AUTO_TEST_CASE(threads_lose_no_count_and_no_maximum) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([this, t] {
      for (int i = 0; i < 5000; ++i) {
        metrics.seen.add();
        metrics.peak.observe(t * 5000 + i);
      }
    });
  for (auto& thread : threads)
    thread.join();
  BOOST_TEST(metrics.seen.value() == 20'000);
  BOOST_TEST(metrics.peak.value() == 19'999);
}

BOOST_AUTO_TEST_CASE(every_metric_of_the_server_has_its_own_well_formed_name) {
  const troupe::metrics all;
  std::set<std::string_view> names;
  for (const auto* metric : all.all()) {
    BOOST_TEST(names.insert(metric->name()).second);
    BOOST_TEST((metric->name().starts_with("orthanc_") || metric->name().starts_with("troupe_")));
    BOOST_TEST(metric->name().find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
    BOOST_TEST(!metric->help().empty());
  }
  BOOST_TEST(names.contains("orthanc_up_time_s"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
