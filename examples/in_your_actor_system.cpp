// A program with an actor system of its own: the engine's actors run in it, and one of its actors submits a job and
// hears of its end.

#include <troupe/hosted_engine.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>

namespace {

using namespace std::chrono_literals;

class greet final : public troupe::job_work {
public:
  troupe::step_result run(std::uint64_t, troupe::step_context&) override {
    auto result = troupe::step_result::done();
    result.outputs.push_back({"greeting", "text/plain", "greeting.txt", std::string("hello")});
    return result;
  }
};

troupe::job_type greeting_job() {
  return {
    .name = "Greeting",
    .doc = "Makes a text.",
    .effects = troupe::effect::output,
    .plan = [](const std::string&) { return troupe::result<troupe::job_plan>(troupe::job_plan{.items = {"hello"}}); },
    .make_work = [](const troupe::job_plan&) { return std::make_unique<greet>(); }};
}

// Your actor: asks the scheduler as it would ask any other.
caf::behavior client(caf::event_based_actor* self, const troupe::scheduler_actor& jobs) {
  self->request(jobs, 30s, troupe::run_job{{.type = "Greeting"}})
    .then(
      [self](const troupe::result<troupe::job_record>& end) {
        std::cout << (end ? to_text(end->state) : "refused") << '\n';
        self->quit();
      },
      [self](const caf::error& why) { self->quit(why); });
  return {[](caf::unit_t) {}};
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: in_your_actor_system DIRECTORY\n";
    return EXIT_FAILURE;
  }
  caf::actor_system_config config;
  config.set("scheduler.max-throughput", std::size_t{64});
  caf::actor_system system{config};

  const troupe::options settings;
  troupe::hosted_engine engine(system, argv[1], settings);
  engine.add(greeting_job());
  const auto jobs = engine.start();
  {
    caf::scoped_actor self{system};
    const auto asking = self->spawn<caf::monitored>(client, jobs);
    self->receive([](const caf::down_msg&) {});
  }
  return engine.stop() ? EXIT_SUCCESS : EXIT_FAILURE;
}
