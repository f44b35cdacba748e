#include "dicom/process.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <string>

BOOST_AUTO_TEST_SUITE(process)

BOOST_AUTO_TEST_CASE(preparing_sets_what_dcmtk_reads_and_finds_the_dictionary) {
  unsetenv("TCP_NODELAY");
  BOOST_REQUIRE_NO_THROW(troupe::dicom::prepare_process());
  const char* no_delay = std::getenv("TCP_NODELAY");
  BOOST_TEST_REQUIRE(no_delay != nullptr);
  BOOST_TEST(std::string{no_delay} == "1");
}

BOOST_AUTO_TEST_SUITE_END()
