#include "core/output_stream.hpp"
#include "persistence/index_store.hpp"
#include "tests/actors/gate.hpp"

#include <boost/test/unit_test.hpp>

namespace troupe::testing {

BOOST_AUTO_TEST_SUITE(scheduler_actors)

BOOST_AUTO_TEST_CASE(a_submission_is_answered_when_it_is_on_disk) {
  const scratch directory;
  run server(directory.path, {type_of("T", effect::network, 1, nothing)},
             [](options& o) { o.concurrent_jobs.set_value(1); });
  const auto answer = server.ask<job_id>(submit_job{.type = "T"});
  while (!*answer) {
    BOOST_TEST(persistence::last_job_sequence(server.database.read()) == 0U);
    if (!server.coordinator.try_run_once())
      BOOST_REQUIRE(server.cpu.run_one());
    if (*answer)
      break;
    if (persistence::last_job_sequence(server.database.read()) == 1)
      break;
  }
  server.settle();
  BOOST_TEST(server.state(answer->value().value()) == "Success");
}

BOOST_AUTO_TEST_CASE(unknown_types_and_refused_plans_are_answered_with_the_reason) {
  const scratch directory;
  run server(directory.path, {type_of("T", effect::network, 1, nothing)});
  const auto unknown = server.ask<job_id>(submit_job{.type = "X"});
  const auto refused = server.ask<job_id>(submit_job{.type = "T", .arguments = "refuse"});
  server.settle();
  BOOST_TEST(unknown->value().has_error());
  BOOST_TEST(refused->value().error().details() == "refused by the plan");
  BOOST_TEST(persistence::last_job_sequence(server.database.read()) == 0U);
}

BOOST_AUTO_TEST_CASE(whoever_waits_hears_of_the_end_even_if_the_history_keeps_nothing) {
  const scratch directory;
  run server(directory.path, {type_of("T", effect::network, 3, nothing)},
             [](options& o) { o.jobs_history_size.set_value(0); });
  const auto end = server.ask<job_record>(run_job{{.type = "T"}});
  server.settle();
  BOOST_TEST((end->value().value().state == job_state::success));
  BOOST_TEST(finished_in(server.database.read()) == 0U);
}

BOOST_AUTO_TEST_CASE(no_more_jobs_run_than_there_are_slots) {
  const scratch directory;
  std::vector<std::function<void()>> wakers;
  bool open = false;
  const auto hold = [&](std::uint64_t, step_context& context) {
    if (open)
      return step_result::more();
    wakers.push_back(context.waker());
    return step_result::wait();
  };
  run server(directory.path, {type_of("T", effect::network, 1, hold)},
             [](options& o) { o.concurrent_jobs.set_value(2); });
  std::vector<job_id> ids;
  for (int i = 0; i < 5; ++i)
    ids.push_back(server.submit({.type = "T"}));
  BOOST_TEST(wakers.size() == 2U);
  BOOST_TEST(server.state(ids[2]) == "Pending");
  open = true;
  for (const auto& wake : wakers)
    wake();
  server.settle();
  for (const auto& id : ids)
    BOOST_TEST(server.state(id) == "Success");
}

BOOST_AUTO_TEST_CASE(higher_priorities_go_first_and_equal_ones_in_the_order_of_submission) {
  const scratch directory;
  std::vector<std::string> order;
  auto plain = type_of("T", effect::network, 1, nothing);
  plain.make_work = [&order](const job_plan& plan) {
    struct work final : job_work {
      step_result run(std::uint64_t, step_context&) override { return step_result::more(); }
    };
    order.push_back(plan.arguments);
    return std::make_unique<work>();
  };
  plain.plan = [](const std::string& arguments) {
    job_plan plan;
    plan.items = {"item"};
    plan.arguments = arguments;
    return result<job_plan>(plan);
  };
  run server(directory.path, {plain}, [](options& o) { o.concurrent_jobs.set_value(1); });
  for (const auto& [name, priority] :
       std::vector<std::pair<std::string, int>>{{"a", 0}, {"b", 0}, {"c", 5}, {"d", -1}, {"e", 5}})
    server.ask<job_id>(submit_job{.type = "T", .arguments = name, .priority = priority});
  server.coordinator.run(); // all have arrived before the first plan is made
  server.settle();
  BOOST_REQUIRE(order.size() == 5U);
  BOOST_TEST(order.front() == "a"); // it was alone when it came to disk
  order.erase(order.begin());
  BOOST_TEST(order == (std::vector<std::string>{"c", "e", "b", "d"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_step_that_throws_fails_its_job_with_the_reason) {
  const scratch directory;
  run server(directory.path, {type_of("T", effect::network, 2, [](std::uint64_t, step_context&) -> step_result {
               throw failure(error{error_code::network_protocol, "the peer hung up"});
             })});
  const auto end = server.ask<job_record>(run_job{{.type = "T"}});
  server.settle();
  BOOST_TEST((end->value()->code == error_code::network_protocol));
  BOOST_TEST(end->value()->error_details == "the peer hung up");
}

BOOST_AUTO_TEST_CASE(results_count_in_the_order_of_the_items_whatever_order_the_steps_return_in) {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      const scratch directory;
      std::mt19937 random(seed);
      const auto step = [](std::uint64_t number, step_context&) {
        auto how = step_result::more();
        how.writes = std::make_shared<batch>();
        how.writes->mutations.emplace_back(instance(number));
        return how;
      };
      run server(directory.path, {type_of("T", effect::local, 9, step, 4)});
      const auto end = server.ask<job_record>(run_job{{.type = "T"}});
      server.settle_shuffled(random);
      BOOST_REQUIRE(end->has_value());
      BOOST_TEST((end->value()->state == job_state::success));
      BOOST_TEST(persistence::statistics(server.database.read()).count[3] == 9U);
      std::uint64_t expected = 0;
      persistence::for_each_id(server.database.read(), resource_level::instance, 0, [&](const orthanc_id& id) {
        BOOST_TEST(id.bytes[1] == expected++);
        return true;
      });
    }
  }
}

BOOST_AUTO_TEST_CASE(a_job_with_local_effects_that_is_interrupted_anywhere_happens_exactly_once) {
  for (int runs_before = 0; runs_before < 40; ++runs_before) {
    BOOST_TEST_CONTEXT("interrupted after " << runs_before << " moves") {
      const scratch directory;
      int executed = 0;
      const auto step = [&executed](std::uint64_t number, step_context&) {
        ++executed;
        auto how = step_result::more();
        how.writes = std::make_shared<batch>();
        how.writes->mutations.emplace_back(instance(number));
        return how;
      };
      const std::vector types{type_of("T", effect::local, 5, step)};
      std::optional<job_id> id;
      {
        run server(directory.path, types);
        const auto answer = server.ask<job_id>(submit_job{.type = "T"});
        for (int i = 0; i < runs_before; ++i)
          if (!server.coordinator.try_run_once())
            server.cpu.run_one();
        if (*answer)
          id = answer->value().value();
      }
      run server(directory.path, types);
      server.settle();
      if (!id)
        continue;
      BOOST_TEST(server.state(*id) == "Success");
      BOOST_TEST(persistence::statistics(server.database.read()).count[3] == 5U);
      BOOST_TEST(executed <= 7); // one step was being committed, the window was under way
    }
  }
}

BOOST_AUTO_TEST_CASE(a_running_job_that_is_cancelled_never_ends_in_success) {
  const scratch directory;
  std::optional<std::function<void()>> wake;
  bool open = false;
  const auto step = [&](std::uint64_t, step_context& context) {
    if (open)
      return step_result::more();
    wake = context.waker();
    return step_result::wait();
  };
  run server(directory.path, {type_of("T", effect::network, 1, step)});
  const auto end = server.ask<job_record>(run_job{{.type = "T"}});
  server.settle();
  job_id id;
  persistence::for_each_job(server.database.read(), 1, [&](const job_row& row) {
    id = row.id;
    return false;
  });
  const auto answer = server.ask<job_record>(control_job{id, job_action::cancel});
  open = true;
  (*wake)(); // the last step may complete now: too late
  server.settle();
  BOOST_TEST(answer->value().has_value());
  BOOST_TEST((end->value()->state == job_state::failure));
  BOOST_TEST((end->value()->code == error_code::canceled_job));
}

BOOST_AUTO_TEST_CASE(pause_resume_and_resubmit_do_what_they_say) {
  const scratch directory;
  int executed = 0;
  std::optional<std::function<void()>> wake;
  bool open = false;
  bool fail = false;
  const auto step = [&](std::uint64_t number, step_context& context) {
    if (number == 1 && !open) {
      wake = context.waker();
      return step_result::wait();
    }
    ++executed;
    return fail ? step_result::failed({error_code::timeout, "too late"}) : step_result::more();
  };
  run server(directory.path, {type_of("T", effect::network, 3, step)});
  const auto id = server.submit({.type = "T"});
  BOOST_TEST(server.state(id) == "Running");
  BOOST_TEST(server.control(id, job_action::resume).has_error());
  BOOST_TEST(server.control(id, job_action::pause).has_value());
  BOOST_TEST(server.state(id) == "Paused");
  BOOST_TEST(server.control(id, job_action::resubmit).has_error());
  open = fail = true;
  BOOST_TEST(server.control(id, job_action::resume).has_value());
  BOOST_TEST(server.state(id) == "Failure");
  BOOST_TEST(server.see(id).error_details == "too late");
  fail = false;
  executed = 0;
  BOOST_TEST(server.control(id, job_action::resubmit).has_value());
  BOOST_TEST(server.state(id) == "Success");
  BOOST_TEST(executed == 3); // from the beginning
  BOOST_TEST(server.see(id).error_details.empty());
}

BOOST_AUTO_TEST_CASE(a_retry_begins_exactly_when_its_delay_is_over) {
  const scratch directory;
  int executed = 0;
  const auto step = [&](std::uint64_t, step_context&) {
    return ++executed == 1 ? step_result::retry_later(std::chrono::seconds{10}, {error_code::network_protocol, "busy"})
                           : step_result::more();
  };
  run server(directory.path, {type_of("T", effect::network, 1, step)});
  const auto id = server.submit({.type = "T"});
  BOOST_TEST(server.state(id) == "Retry");
  for (int i = 0; i < 9; ++i)
    server.pass(std::chrono::seconds{1});
  server.pass(std::chrono::milliseconds{999});
  BOOST_TEST(server.state(id) == "Retry");
  server.pass(std::chrono::milliseconds{2});
  BOOST_TEST(server.state(id) == "Success");
  BOOST_TEST(server.see(id).attempts == 2U);
}

BOOST_AUTO_TEST_CASE(a_streamed_job_can_be_paused_and_goes_on_where_it_was) {
  const scratch directory;
  int begun = 0;
  std::optional<std::function<void()>> wake;
  bool open = false;
  const auto step = [&](std::uint64_t number, step_context& context) {
    begun += number == 0 ? 1 : 0;
    if (number == 1 && !open) {
      wake = context.waker();
      return step_result::wait();
    }
    context.stream()->write(std::to_string(number));
    return step_result::more();
  };
  run server(directory.path, {type_of("T", effect::output, 3, step)},
             [](options& o) { o.concurrent_jobs.set_value(1); });
  const auto stream = std::make_shared<output_stream>(100);
  const auto id = server.submit({.type = "T", .stream = stream});
  server.control(id, job_action::pause);
  BOOST_TEST(server.state(id) == "Paused");
  BOOST_TEST(server.state(server.submit({.type = "T", .stream = std::make_shared<output_stream>(100)}))
             == "Running"); // the slot was free
  open = true;
  (*wake)();
  server.settle();
  server.control(id, job_action::resume);
  BOOST_TEST(server.state(id) == "Success");
  std::string text;
  bool ended = false;
  while (!ended)
    stream->read([&](result<std::string> chunk) {
      ended = !chunk || chunk->empty();
      text += chunk ? *chunk : "";
    });
  BOOST_TEST(text == "012");
}

BOOST_AUTO_TEST_CASE(a_job_that_waits_for_two_seconds_lends_its_slot_until_it_moves_again) {
  const scratch directory;
  std::optional<std::function<void()>> wake;
  bool open = false;
  const auto slow = [&](std::uint64_t, step_context& context) {
    if (open)
      return step_result::more();
    wake = context.waker();
    return step_result::wait();
  };
  run server(directory.path, {type_of("Slow", effect::network, 1, slow), type_of("T", effect::network, 1, nothing)},
             [](options& o) { o.concurrent_jobs.set_value(1); });
  const std::string lane = "lane of both"; // so that no time slice ends
  const auto first = server.submit({.type = "Slow", .arguments = lane});
  const auto second = server.submit({.type = "T", .arguments = lane});
  server.pass(std::chrono::milliseconds{1999});
  BOOST_TEST(server.state(second) == "Pending");
  server.pass(std::chrono::milliseconds{1});
  BOOST_TEST(server.state(second) == "Success");
  BOOST_TEST(server.state(first) == "Running");
  open = true;
  (*wake)();
  server.settle();
  BOOST_TEST(server.state(first) == "Success");
}

BOOST_AUTO_TEST_CASE(after_a_restart_a_streamed_job_fails_and_says_why) {
  const scratch directory;
  const std::vector types{
    type_of("T", effect::output, 1, [](std::uint64_t, step_context&) { return step_result::wait(); })};
  job_id id;
  {
    run server(directory.path, types);
    id = server.submit({.type = "T", .stream = std::make_shared<output_stream>(100)});
  }
  run server(directory.path, types);
  BOOST_TEST(server.state(id) == "Failure");
  BOOST_TEST(server.see(id).error_details.find("client") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(without_save_jobs_a_restart_forgets_all_jobs) {
  const scratch directory;
  const std::vector types{
    type_of("T", effect::output, 1, [](std::uint64_t, step_context&) { return step_result::wait(); }),
    type_of("U", effect::network, 1, nothing)};
  {
    run server(directory.path, types, [](options& o) { o.save_jobs.set_value(false); });
    server.submit({.type = "T"});
    server.submit({.type = "U"});
  }
  run server(directory.path, types);
  int jobs = 0;
  persistence::for_each_job(server.database.read(), 1, [&](const job_row&) { return ++jobs > 0; });
  BOOST_TEST(jobs == 0);
}

BOOST_AUTO_TEST_CASE(a_cancel_that_comes_too_late_is_answered_when_the_end_is_on_disk) {
  const scratch directory;
  run server(directory.path, {type_of("T", effect::network, 1, nothing)});
  const auto accepted = server.ask<job_id>(submit_job{.type = "T"});
  while (!*accepted)
    if (!server.coordinator.try_run_once())
      server.cpu.run_one();
  const auto id = accepted->value().value();
  for (int moves = 0; moves < 200; ++moves) { // at every moment of its life
    const auto answer = server.ask<job_record>(control_job{id, job_action::cancel});
    while (!*answer)
      if (!server.coordinator.try_run_once() && !server.cpu.run_one())
        break;
    BOOST_REQUIRE(answer->has_value());
    const auto row = persistence::find_job(server.database.read(), id);
    BOOST_TEST((is_final(row->phase) || row->phase == job_phase::cancelling));
    if (is_final(row->phase))
      break;
  }
}

BOOST_AUTO_TEST_CASE(of_a_delete_and_a_resubmit_only_the_first_is_done) {
  const scratch directory;
  run server(directory.path, {type_of("T", effect::network, 1, [](std::uint64_t, step_context&) {
               return step_result::failed({error_code::timeout, "too late"});
             })});
  const auto id = server.submit({.type = "T"});
  const auto removed = server.ask<job_record>(delete_job{id});
  const auto resubmitted = server.ask<job_record>(control_job{id, job_action::resubmit});
  server.settle();
  BOOST_TEST(removed->value().has_value());
  BOOST_TEST(resubmitted->value().has_error());
  BOOST_TEST(!persistence::find_job(server.database.read(), id));
}

BOOST_AUTO_TEST_CASE(a_paused_stream_ends_when_its_client_goes_away) {
  const scratch directory;
  run server(directory.path,
             {type_of("T", effect::output, 1, [](std::uint64_t, step_context&) { return step_result::wait(); })});
  const auto stream = std::make_shared<output_stream>(100);
  const auto id = server.submit({.type = "T", .stream = stream});
  server.control(id, job_action::pause);
  stream->abandon();
  server.settle();
  BOOST_TEST(server.state(id) == "Failure");
  BOOST_TEST((server.see(id).code == error_code::network_protocol));
}

BOOST_AUTO_TEST_CASE(a_drain_interrupts_running_jobs_which_are_pending_at_the_next_start) {
  const scratch directory;
  bool open = false;
  const std::vector types{type_of("T", effect::network, 2, [&](std::uint64_t number, step_context&) {
    return number == 1 && !open ? step_result::wait() : step_result::more();
  })};
  job_id id;
  {
    run server(directory.path, types);
    id = server.submit({.type = "T"});
    bool drained = false;
    caf::scoped_actor self{server.system};
    auto asked = self->request(server.scheduler, caf::infinite, drain{});
    server.settle();
    asked.receive([&](bool) { drained = true; }, [](const caf::error&) {});
    BOOST_TEST(drained);
    BOOST_TEST(server.state(id) == "Pending");
    server.database.close_clean();
  }
  open = true;
  run server(directory.path, types);
  BOOST_TEST(server.state(id) == "Success");
  BOOST_TEST(server.see(id).steps_done == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::testing
