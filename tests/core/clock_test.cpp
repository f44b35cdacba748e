#include "core/clock.hpp"

#include <boost/test/unit_test.hpp>

namespace troupe {

BOOST_AUTO_TEST_SUITE(clock_)

BOOST_AUTO_TEST_CASE(the_clock_of_the_machine_tells_the_time_of_the_standard_library) {
  const auto before = std::chrono::floor<microseconds>(std::chrono::system_clock::now());
  const auto now = system_clock().now();
  BOOST_TEST((before <= now && now <= std::chrono::system_clock::now()));
  const auto steady_before = std::chrono::steady_clock::now();
  const auto steady = system_clock().steady();
  BOOST_TEST((steady_before <= steady && steady <= std::chrono::steady_clock::now()));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
