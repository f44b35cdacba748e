#include "core/job_states.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace troupe {

std::ostream& operator<<(std::ostream& out, job_phase phase) {
  return out << to_text(phase);
}

namespace {

struct cell {
  job_phase from;
  job_action action;
  std::optional<job_phase> to; ///< nothing: refused
};

std::ostream& operator<<(std::ostream& out, const cell& one) {
  return out << to_text(one.from) << " + " << to_text(one.action);
}

// The replies of the actions, state by state, as clients know them.
constexpr auto table = std::to_array<cell>({
  {job_phase::pending, job_action::cancel, job_phase::failure},
  {job_phase::running, job_action::cancel, job_phase::cancelling},
  {job_phase::paused, job_action::cancel, job_phase::failure},
  {job_phase::retry, job_action::cancel, job_phase::failure},
  {job_phase::success, job_action::cancel, job_phase::success},
  {job_phase::failure, job_action::cancel, job_phase::failure},
  {job_phase::pending, job_action::pause, job_phase::paused},
  {job_phase::running, job_action::pause, job_phase::pausing},
  {job_phase::paused, job_action::pause, job_phase::paused},
  {job_phase::retry, job_action::pause, job_phase::paused},
  {job_phase::success, job_action::pause, job_phase::success},
  {job_phase::failure, job_action::pause, job_phase::failure},
  {job_phase::pending, job_action::resume, std::nullopt},
  {job_phase::running, job_action::resume, std::nullopt},
  {job_phase::paused, job_action::resume, job_phase::pending},
  {job_phase::retry, job_action::resume, std::nullopt},
  {job_phase::success, job_action::resume, std::nullopt},
  {job_phase::failure, job_action::resume, std::nullopt},
  {job_phase::pending, job_action::resubmit, std::nullopt},
  {job_phase::running, job_action::resubmit, std::nullopt},
  {job_phase::paused, job_action::resubmit, std::nullopt},
  {job_phase::retry, job_action::resubmit, std::nullopt},
  {job_phase::success, job_action::resubmit, std::nullopt},
  {job_phase::failure, job_action::resubmit, job_phase::pending},
  {job_phase::delayed, job_action::cancel, job_phase::failure},
  {job_phase::delayed, job_action::pause, job_phase::paused},
  {job_phase::delayed, job_action::resume, std::nullopt},
  {job_phase::delayed, job_action::resubmit, std::nullopt},
  {job_phase::yielded, job_action::cancel, job_phase::failure},
  {job_phase::yielded, job_action::pause, job_phase::paused},
  {job_phase::yielded, job_action::resume, std::nullopt},
  {job_phase::yielded, job_action::resubmit, std::nullopt},
});

constexpr std::array all_phases{job_phase::pending, job_phase::running, job_phase::pausing, job_phase::cancelling,
                                job_phase::paused,  job_phase::retry,   job_phase::success, job_phase::failure,
                                job_phase::delayed, job_phase::yielded};

} // namespace

BOOST_AUTO_TEST_SUITE(job_states)

BOOST_DATA_TEST_CASE(each_action_has_the_answer_that_clients_know, boost::unit_test::data::make(table), one) {
  const auto* row = next(one.from, event_of(one.action));
  BOOST_TEST((row != nullptr) == one.to.has_value());
  if (row != nullptr && one.to)
    BOOST_TEST(row->to == *one.to);
}

BOOST_AUTO_TEST_CASE(an_attempt_that_is_alive_may_end_in_every_way) {
  for (const auto phase : all_phases)
    for (const auto how : {job_event::finished, job_event::failed, job_event::retry_later, job_event::unreachable,
                           job_event::stopped, job_event::gave_way, job_event::interrupted})
      if (is_live(phase))
        BOOST_TEST((next(phase, how) != nullptr));
}

BOOST_AUTO_TEST_CASE(a_state_without_an_attempt_never_hears_of_one) {
  for (const auto phase : all_phases)
    if (!is_live(phase))
      for (const auto how : {job_event::finished, job_event::retry_later, job_event::unreachable, job_event::stopped,
                             job_event::gave_way})
        BOOST_TEST((next(phase, how) == nullptr));
}

BOOST_AUTO_TEST_CASE(the_description_names_every_row) {
  const auto text = describe_job_states();
  for (const auto& row : transitions)
    BOOST_TEST(text.find("| " + std::string(to_text(row.from)) + " | " + std::string(to_text(row.on)) + " |")
               != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe
