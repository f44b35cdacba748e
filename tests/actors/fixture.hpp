/// \file
/// An engine on CAF's test coordinator: one thread, virtual time, a database in a temporary directory, pools that run
/// when told.
#pragma once

#include "actors/desk.hpp"
#include "actors/scheduler.hpp"
#include "actors/store.hpp"
#include "core/uuid.hpp"
#include "persistence/file.hpp"
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
    run_at(0);
    return true;
  }

  /// As if its thread had been the fastest.
  void run_at(std::size_t place) {
    const auto which = waiting_.begin() + static_cast<std::ptrdiff_t>(place);
    const auto work = std::move(*which);
    waiting_.erase(which);
    work();
  }

  /// What is posted will never run.
  void drop() { waiting_.clear(); }

private:
  std::deque<std::function<void()>> waiting_;
};

struct virtual_time_config : caf::actor_system_config {
  virtual_time_config() { set("scheduler.policy", caf::atom("testing")); }
};

/// A directory that goes away. In memory where that is large enough: no test here asks what a power cut leaves.
struct scratch {
  scratch() {
    std::error_code none;
    const std::filesystem::path memory = "/dev/shm";
    const auto space = std::filesystem::space(memory, none);
    const bool large = !none && space.available > std::uintmax_t{512} << 20;
    std::string name = ((large ? memory : std::filesystem::temp_directory_path()) / "troupe_XXXXXX").native();
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
    current = &database;
    if (configure)
      configure(settings);
    for (const auto& type : types)
      known.emplace(type.name, type);
    store = system.spawn(troupe::store, &parts);
    scheduler = system.spawn(troupe::scheduler, &parts, store);
    desk = system.spawn<troupe::desk>();
    settle();
  }

  ~run() {
    caf::anon_send_exit(scheduler, caf::exit_reason::kill);
    caf::anon_send_exit(store, caf::exit_reason::kill);
    caf::anon_send_exit(desk, caf::exit_reason::kill);
    cpu.drop();
    io.drop();
    coordinator.run();
    cpu.drop();
    io.drop();
  }

  /// One piece of what there is to do; false if there is nothing.
  bool move() { return coordinator.try_run_once() || cpu.run_one() || io.run_one(); }

  /// As `move`, drawn from all that is ready: an actor takes its next message, or a thread ends what it does. What one
  /// actor sends to another arrives in the order in which it was sent.
  bool move_shuffled(std::mt19937& random) {
    auto& actors = coordinator.jobs;
    const auto ready = actors.size() + cpu.load() + io.load();
    if (ready == 0)
      return false;
    const auto drawn = random() % ready;
    if (drawn < actors.size()) {
      std::swap(actors.front(), actors[drawn]);
      coordinator.run_once();
    } else if (drawn < actors.size() + cpu.load()) {
      cpu.run_at(drawn - actors.size());
    } else {
      io.run_at(drawn - actors.size() - cpu.load());
    }
    return true;
  }

  /// Stops in order. True if no attempt is alive any more.
  bool drain() {
    bool drained = false;
    caf::scoped_actor self{system};
    auto asked = self->request(scheduler, caf::infinite, troupe::drain{});
    settle();
    asked.receive([&](bool) { drained = true; }, [](const caf::error&) {});
    settle();
    database.close_clean();
    return drained;
  }

  /// Lets everything happen that can without time passing.
  void settle() {
    do
      coordinator.run();
    while (cpu.run_one() || io.run_one());
  }

  /// As `settle`, in an order drawn by a seed.
  void settle_shuffled(std::mt19937& random) {
    while (move_shuffled(random)) {
    }
  }

  /// Time passes, and nothing else happens yet.
  void elapse(std::chrono::milliseconds time) {
    clock.advance(time);
    coordinator.advance_time(time);
  }

  void pass(std::chrono::milliseconds time) {
    elapse(time);
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

/// A new instance, named by a number, with its file: what a step with local effects may write.
inline persistence::add_instance instance(std::uint64_t number) {
  persistence::add_instance made;
  for (std::size_t level = 0; level < 4; ++level)
    made.summary.ids[level].bytes = {static_cast<std::uint8_t>(level),
                                     static_cast<std::uint8_t>(level == 3 ? number : 0)};
  made.facts.blob.number = run::current->new_blob();
  persistence::write_durably(run::current->blob_path(made.facts.blob.number), {});
  return made;
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
