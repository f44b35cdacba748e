// Many lives of a server, each under its seed.
//   TROUPE_SIMULATED_LIVES=10000000  more of them
//   TROUPE_SIMULATED_SEED=4711       that one alone

#include "tests/simulation/life.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

namespace troupe {
namespace {

std::uint64_t number_in(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

} // namespace

BOOST_AUTO_TEST_SUITE(simulation)

BOOST_AUTO_TEST_CASE(whatever_happens_no_acknowledged_job_is_lost_doubled_or_stuck) {
  const auto only = number_in("TROUPE_SIMULATED_SEED", 0);
  const auto last = only != 0 ? only : number_in("TROUPE_SIMULATED_LIVES", 100'000);
  for (auto seed = only != 0 ? only : 1; seed <= last; ++seed)
    try {
      life(seed).run();
    } catch (const broken_promise& promise) {
      BOOST_FAIL(promise.what());
    } catch (const std::exception& other) {
      BOOST_FAIL("seed " << seed << ": " << other.what() << "\nreplay: TROUPE_SIMULATED_SEED=" << seed);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
