// What every type of job must bear: the promises of include/troupe/job_type.hpp, tried at each step and at each moment.
#include "tests/actors/conformance.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>

namespace troupe::testing {
namespace {

/// One job of a type, through as many runs of the server as it takes.
class trial {
public:
  explicit trial(const subject& of) : of_(of) {}

  std::unique_ptr<run> start(const std::function<void(options&)>& configure = {}) {
    return std::make_unique<run>(directory_.path, std::vector{watched(of_.type, seen), other_}, configure);
  }

  /// A run with the job on disk, and nothing of it done.
  std::unique_ptr<run> begin(const std::function<void(options&)>& configure = {}) {
    auto server = start(configure);
    of_.prepare(*server);
    const auto answer = server->ask<job_id>(submit_job{.type = of_.type.name, .arguments = of_.arguments});
    while (!*answer && server->move()) {
    }
    BOOST_REQUIRE(*answer);
    id = answer->value().value();
    return server;
  }

  /// Goes on until so many steps have returned, or nothing happens any more.
  void reach(run& server, std::uint64_t steps) const {
    while (seen->done < steps && server.move()) {
    }
  }

  void check_success(run& server) const {
    const auto now = server.see(id);
    BOOST_TEST(std::string(to_text(now.state)) == "Success");
    BOOST_TEST(now.error_details == "");
    BOOST_TEST(now.steps_done == of_.steps);
    BOOST_TEST(now.steps_total == of_.steps);
    BOOST_TEST(seen->times.size() == of_.steps);
    of_.check(server, id, *seen);
  }

  std::uint64_t repeated() const { return seen->done - of_.steps; }

  const subject& of() const { return of_; }

  job_id id;
  std::shared_ptr<witness> seen = std::make_shared<witness>();

private:
  scratch directory_;
  const subject& of_;
  job_type other_ =
    type_of("Other", effect::network, 1, [](std::uint64_t, step_context&) { return step_result::more(); });
};

/// The next run, and the step that its attempt has to begin with.
std::pair<std::unique_ptr<run>, std::uint64_t> restart(trial& of) {
  std::uint64_t cursor = 0;
  auto server = of.start([&](options&) { cursor = persistence::find_job(run::current->read(), of.id)->cursor; });
  return {std::move(server), of.of().type.effects == effect::output ? 0 : cursor};
}

void for_each_subject(const std::function<void(const subject&)>& run) {
  for (const unsigned window : {1U, 3U})
    for (const auto& one : subjects(window))
      if (window == 1 || one.type.window > 1)
        BOOST_TEST_CONTEXT(one.type.name << " with a window of " << one.type.window)
  run(one);
}

void for_each_step(const std::function<void(const subject&, std::uint64_t)>& run) {
  for_each_subject([&run](const subject& one) {
    for (std::uint64_t steps = 0; steps <= one.steps; ++steps)
      BOOST_TEST_CONTEXT("at step " << steps)
    run(one, steps);
  });
}

BOOST_AUTO_TEST_SUITE(conformance)

BOOST_AUTO_TEST_CASE(it_ends_in_success) {
  for_each_subject([](const subject& one) {
    trial job(one);
    const auto server = job.begin();
    server->settle();
    job.check_success(*server);
    BOOST_TEST(job.repeated() == 0U);
    BOOST_TEST(server->see(job.id).attempts == 1U);
  });
}

BOOST_AUTO_TEST_CASE(stopped_in_order_at_each_step_it_goes_on_and_repeats_nothing_but_an_output) {
  for_each_step([](const subject& one, std::uint64_t steps) {
    trial job(one);
    auto server = job.begin();
    job.reach(*server, steps);
    BOOST_TEST(server->drain());
    BOOST_TEST((server->state(job.id) == "Pending" || server->state(job.id) == "Success"));
    server.reset();
    const auto attempts = job.seen->began.size();
    const auto [next, first] = restart(job);
    BOOST_TEST(next->database.recovered().clean);
    next->settle();
    if (job.seen->began.size() > attempts)
      BOOST_TEST(job.seen->began.back() == first);
    job.check_success(*next);
    if (one.type.effects != effect::output)
      BOOST_TEST(job.repeated() == 0U);
  });
}

BOOST_AUTO_TEST_CASE(killed_at_each_moment_it_goes_on_where_the_disk_says_and_repeats_no_more_than_it_may) {
  for_each_subject([](const subject& one) {
    bool ended = false;
    for (int moves = 0; !ended; ++moves) {
      BOOST_TEST_CONTEXT("killed after " << moves << " moves") {
        trial job(one);
        auto server = job.begin();
        for (int i = 0; i < moves && !ended; ++i)
          ended = !server->move();
        server.reset();
        const auto attempts = job.seen->began.size();
        const auto [next, first] = restart(job);
        BOOST_TEST(!next->database.recovered().clean);
        next->settle();
        if (job.seen->began.size() > attempts)
          BOOST_TEST(job.seen->began.back() == first);
        job.check_success(*next);
        if (one.type.effects != effect::output)
          BOOST_TEST(job.repeated() <= one.type.window);
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(cancelled_at_each_step_it_never_ends_in_success) {
  for_each_step([](const subject& one, std::uint64_t steps) {
    trial job(one);
    const auto server = job.begin();
    job.reach(*server, steps);
    const auto answer = server->control(job.id, job_action::cancel);
    BOOST_REQUIRE(answer.has_value());
    if (answer->state == job_state::success)
      return;
    BOOST_TEST(server->state(job.id) == "Failure");
    BOOST_TEST((server->see(job.id).code == error_code::canceled_job));
    BOOST_TEST(std::filesystem::is_empty(server->database.outputs_directory()));
  });
}

BOOST_AUTO_TEST_CASE(paused_at_each_step_and_resumed_it_ends_in_success) {
  for_each_step([](const subject& one, std::uint64_t steps) {
    trial job(one);
    const auto server = job.begin();
    job.reach(*server, steps);
    BOOST_REQUIRE(server->control(job.id, job_action::pause).has_value());
    const bool ended = server->state(job.id) == "Success";
    if (!ended) {
      BOOST_TEST(server->state(job.id) == "Paused");
      BOOST_TEST(server->control(job.id, job_action::resume).has_value());
    }
    job.check_success(*server);
    BOOST_TEST(job.repeated() == 0U);
  });
}

BOOST_AUTO_TEST_CASE(paused_at_each_step_it_is_paused_after_a_crash_and_ends_in_success_when_resumed) {
  for_each_step([](const subject& one, std::uint64_t steps) {
    trial job(one);
    auto server = job.begin();
    job.reach(*server, steps);
    BOOST_REQUIRE(server->control(job.id, job_action::pause).has_value());
    const auto state = server->state(job.id);
    server.reset();
    const auto [next, first] = restart(job);
    BOOST_TEST(next->state(job.id) == state);
    if (state == "Paused") {
      const auto attempts = job.seen->began.size();
      BOOST_TEST(next->control(job.id, job_action::resume).has_value());
      if (job.seen->began.size() > attempts)
        BOOST_TEST(job.seen->began.back() == first);
    }
    job.check_success(*next);
  });
}

BOOST_AUTO_TEST_CASE(at_the_end_of_its_time_it_gives_way_at_each_step_and_goes_on) {
  for_each_step([](const subject& one, std::uint64_t steps) {
    trial job(one);
    const auto server = job.begin([](options& o) { o.concurrent_jobs.set_value(1); });
    job.reach(*server, std::max<std::uint64_t>(steps, 1));
    const auto other = server->ask<job_record>(run_job{{.type = "Other"}});
    while (persistence::last_job_sequence(server->database.read()) < 2 && server->move()) {
    }
    server->coordinator.run();
    const bool ended = job.seen->done + 1 >= one.steps; // or at its last step, which will not be interrupted
    server->elapse(std::chrono::milliseconds{600});
    while (!*other && server->move()) {
    }
    BOOST_TEST((other->value()->state == job_state::success));
    BOOST_TEST((ended || job.seen->done < one.steps));
    server->settle();
    job.check_success(*server);
    BOOST_TEST(job.repeated() == 0U);
    BOOST_TEST(server->see(job.id).attempts == 1U);
  });
}

BOOST_AUTO_TEST_CASE(bad_arguments_are_refused_by_its_plan) {
  for (const auto& one : subjects(1)) {
    trial job(one);
    const auto server = job.start();
    one.prepare(*server);
    for (const auto& arguments : one.refused) {
      BOOST_TEST_CONTEXT(one.type.name << " asked for " << arguments.substr(0, 200)) {
        try {
          BOOST_TEST(one.type.plan(arguments).has_error());
        } catch (const std::exception& thrown) {
          BOOST_ERROR("The plan throws " << thrown.what());
        }
        const auto answer = server->ask<job_id>(submit_job{.type = one.type.name, .arguments = arguments});
        server->settle();
        BOOST_REQUIRE(*answer);
        BOOST_REQUIRE(answer->value().has_error());
        BOOST_TEST(answer->value().error().http_status() < 500);
      }
    }
    BOOST_TEST(persistence::last_job_sequence(server->database.read()) == 0U);
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace troupe::testing
