// Boost.Test's main(); the name of the room comes from the build.
#define BOOST_TEST_MODULE TROUPE_ROOM
#include <boost/test/unit_test.hpp>
