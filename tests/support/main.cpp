// Boost.Test's main(); BOOST_TEST_MODULE comes from the build.
#include <boost/test/unit_test.hpp>
