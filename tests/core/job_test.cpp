#include <troupe/job.hpp>

#include <boost/test/unit_test.hpp>

namespace troupe {

BOOST_AUTO_TEST_SUITE(job)

BOOST_AUTO_TEST_CASE(states_have_the_names_that_clients_poll_for) {
  BOOST_TEST(to_text(job_state::pending) == "Pending");
  BOOST_TEST(to_text(job_state::running) == "Running");
  BOOST_TEST(to_text(job_state::success) == "Success");
  BOOST_TEST(to_text(job_state::failure) == "Failure");
  BOOST_TEST(to_text(job_state::paused) == "Paused");
  BOOST_TEST(to_text(job_state::retry) == "Retry");
}

BOOST_AUTO_TEST_CASE(actions_have_the_names_of_their_routes) {
  BOOST_TEST(to_text(job_action::cancel) == "cancel");
  BOOST_TEST(to_text(job_action::pause) == "pause");
  BOOST_TEST(to_text(job_action::resume) == "resume");
  BOOST_TEST(to_text(job_action::resubmit) == "resubmit");
}

BOOST_AUTO_TEST_CASE(an_action_is_found_by_its_name_only) {
  for (const auto action : {job_action::cancel, job_action::pause, job_action::resume, job_action::resubmit})
    BOOST_TEST((parse_job_action(to_text(action)) == action));
  for (const auto* other : {"", "Cancel", "cancel ", "delete"})
    BOOST_TEST(!parse_job_action(other).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
