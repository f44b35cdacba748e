/// \file
/// An engine on CAF's test coordinator: one thread, virtual time, a database in a temporary directory, pools that run
/// when told.
#pragma once

#include "actors/desk.hpp"
#include "actors/scheduler.hpp"
#include "actors/store.hpp"
#include "core/uuid.hpp"
#include "persistence/job_view.hpp"
#include "tests/core/manual_clock.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>

#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace troupe::testing {

/// Runs what is posted when `run_one` is called.
class hand_cranked final : public executor {
public:
  void post(std::function<void()> work) override { waiting_.push_back(std::move(work)); }

  std::size_t load() const noexcept override { return waiting_.size(); }

  bool run_one() {
    if (waiting_.empty())
      return false;
    const auto work = std::move(waiting_.front());
    waiting_.pop_front();
    work();
    return true;
  }

private:
  std::deque<std::function<void()>> waiting_;
};

struct virtual_time_config : caf::actor_system_config {
  virtual_time_config() { set("scheduler.policy", caf::atom("testing")); }
};

/// A directory that goes away.
struct scratch {
  scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "troupe_XXXXXX").native();
    if (::mkdtemp(name.data()) == nullptr)
      throw std::runtime_error("no temporary directory");
    path = name;
  }

  ~scratch() { std::filesystem::remove_all(path); }

  std::filesystem::path path;
};

/// One run of the server over a directory. Ends as a crash does, unless `drain` was called.
class run {
public:
  run(const std::filesystem::path& directory, const std::vector<job_type>& types,
      const std::function<void(options&)>& configure = {})
    : database(directory) {
    if (configure)
      configure(settings);
    for (const auto& type : types)
      known.emplace(type.name, type);
    current = &database;
    store = system.spawn(troupe::store, &parts);
    scheduler = system.spawn(troupe::scheduler, &parts, store);
    desk = system.spawn<troupe::desk>();
    settle();
  }

  ~run() {
    caf::anon_send_exit(scheduler, caf::exit_reason::kill);
    caf::anon_send_exit(store, caf::exit_reason::kill);
    caf::anon_send_exit(desk, caf::exit_reason::kill);
    coordinator.run();
    while (cpu.run_one() || io.run_one())
      coordinator.run();
  }

  /// Lets everything happen that can without time passing.
  void settle() {
    do
      coordinator.run();
    while (cpu.run_one() || io.run_one());
  }

  /// As `settle`, in an order drawn by a seed.
  void settle_shuffled(std::mt19937& random) {
    for (;;) {
      std::shuffle(coordinator.jobs.begin(), coordinator.jobs.end(), random);
      const bool step = random() % 3 == 0 ? cpu.run_one() || io.run_one() : false;
      if (!coordinator.try_run_once() && !step && !cpu.run_one() && !io.run_one())
        return;
    }
  }

  void pass(std::chrono::milliseconds time) {
    clock.advance(time);
    coordinator.advance_time(time);
    settle();
  }

  template <class Answer, class Message>
  std::shared_ptr<std::optional<result<Answer>>> ask(Message what) {
    auto slot = std::make_shared<std::optional<result<Answer>>>();
    troupe::ask<Answer>(desk, caf::actor_cast<scheduler_actor>(scheduler), std::move(what),
                        [slot](result<Answer> answer) { slot->emplace(std::move(answer)); });
    return slot;
  }

  job_id submit(submit_job what) {
    auto answer = ask<job_id>(std::move(what));
    settle();
    return answer->value().value();
  }

  job_record see(const job_id& id) {
    auto answer = ask<job_record>(describe_job{id});
    coordinator.run();
    return answer->value().value();
  }

  std::string state(const job_id& id) { return std::string(to_text(see(id).state)); }

  result<job_record> control(const job_id& id, job_action action) {
    auto answer = ask<job_record>(control_job{id, action});
    settle();
    return answer->value();
  }

  static inline persistence::database* current = nullptr; ///< of the run that was made last, for steps

  options settings;
  persistence::database database;
  manual_clock clock{std::chrono::milliseconds{1'000'000'000}};
  uuid_v7_source names{clock};
  metrics measured;
  live_jobs live;
  job_event_bell bell;
  job_types known;
  hand_cranked cpu;
  hand_cranked io;
  virtual_time_config config;
  caf::actor_system system{config};
  caf::scheduler::test_coordinator& coordinator = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  engine_parts parts{database, settings, known, clock, names, measured, live, bell, cpu, io, 1, [](const error&) {}};
  store_actor store;
  inner_scheduler_actor scheduler;
  desk_actor desk;
};

inline std::uint64_t finished_in(const persistence::read_transaction& from) {
  const auto kept = persistence::history(from);
  return kept.success + kept.failure;
}

/// A job type made of one function.
inline job_type type_of(std::string name, effect effects, std::size_t steps,
                        std::function<step_result(std::uint64_t, step_context&)> step, unsigned window = 1) {
  struct work final : job_work {
    explicit work(std::function<step_result(std::uint64_t, step_context&)> f) : step(std::move(f)) {}

    step_result run(std::uint64_t number, step_context& context) override { return step(number, context); }

    std::function<step_result(std::uint64_t, step_context&)> step;
  };

  return {.name = std::move(name),
          .doc = "For tests.",
          .effects = effects,
          .window = window,
          .plan = [steps](const std::string& arguments) -> result<job_plan> {
            if (arguments == "refuse")
              return error{error_code::bad_request, "refused by the plan"};
            job_plan plan;
            plan.items.assign(steps, "item");
            plan.lane = arguments.starts_with("lane ") ? arguments : "";
            return plan;
          },
          .make_work = [step](const job_plan&) { return std::make_unique<work>(step); }};
}

} // namespace troupe::testing
