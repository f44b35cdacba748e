#include "core/metrics_text.hpp"
#include "tests/core/manual_clock.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>
#include <tuple>

namespace troupe {

namespace {

using namespace std::chrono_literals;

struct fixture {
  manual_clock time{1'586'000'000'123ms};

  struct sample : metric_list {
    using metric_list::metric_list;
    gauge last{*this, "z_last", "Declared first."};
    counter seen{*this, "seen_total", "Seen."};
    gauge first{*this, "a_first", "Declared last."};
  } metrics{time};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(metrics_text_, fixture)

BOOST_AUTO_TEST_CASE(metrics_that_were_set_are_lines_in_the_order_of_their_names) {
  BOOST_TEST(metrics_text(metrics) == "");
  metrics.last.set(2);
  time.advance(1ms);
  metrics.first.set(1.5);
  BOOST_TEST(metrics_text(metrics) == "a_first 1.5 1586000000124\nz_last 2 1586000000123\n");
}

BOOST_AUTO_TEST_CASE(integers_are_shown_as_such_and_others_with_nine_digits) {
  using shown = std::tuple<double, const char*>;
  for (const auto& [value, text] : {shown{0, "0"},
                                    {-0.0, "0"},
                                    {-12, "-12"},
                                    {123456789012345, "123456789012345"},
                                    {0.01350021363, "0.0135002136"},
                                    {1.0 / 3, "0.333333333"},
                                    {2.5, "2.5"},
                                    {123456.75, "123456.75"},
                                    {1e300, "1e+300"},
                                    {std::numeric_limits<double>::infinity(), "+Inf"},
                                    {-std::numeric_limits<double>::infinity(), "-Inf"},
                                    {std::numeric_limits<double>::quiet_NaN(), "NaN"}}) {
    metrics.first.set(value);
    BOOST_TEST(metrics_text(metrics) == "a_first " + std::string(text) + " 1586000000123\n");
  }
}

BOOST_AUTO_TEST_CASE(the_page_is_empty_while_metrics_are_not_collected_and_returns_after) {
  metrics.seen.add(3);
  metrics.collect(false);
  BOOST_TEST(metrics_text(metrics) == "");
  metrics.collect(true);
  BOOST_TEST(metrics_text(metrics) == "seen_total 3 1586000000123\n");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
