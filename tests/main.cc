#define BOOST_TEST_MODULE apiops
#include <boost/test/unit_test.hpp>
