#include "actors/executor.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <stdexcept>

namespace troupe::testing {

BOOST_AUTO_TEST_SUITE(pool)

BOOST_AUTO_TEST_CASE(work_that_throws_ends_neither_its_thread_nor_what_comes_behind) {
  std::optional<std::size_t> load;
  {
    blocking_pool one_thread(1);
    for (int i = 0; i < 3; ++i)
      one_thread.post([] { throw std::runtime_error("as a test wants it"); });
    one_thread.post([&] { load = one_thread.load(); });
  }
  BOOST_REQUIRE(load.has_value());
  BOOST_TEST(*load == 1U); // itself
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::testing
