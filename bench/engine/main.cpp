// troupe-bench-engine: the jobs engine in one process, without HTTP: what a job costs when it does nothing.
#include <troupe/engine.hpp>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>

namespace {

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

double seconds_since(clock_type::time_point begin) {
  return std::chrono::duration<double>(clock_type::now() - begin).count();
}

/// Bytes of anonymous memory of this process.
std::uint64_t anonymous_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string name; status >> name;) {
    std::uint64_t kib = 0;
    if (name == "RssAnon:" && status >> kib)
      return kib << 10;
    std::getline(status, name);
  }
  return 0;
}

std::atomic<bool> dispatched{false};

troupe::job_type no_op(const std::string& name) {
  struct work final : troupe::job_work {
    troupe::step_result run(std::uint64_t, troupe::step_context&) override {
      dispatched = true;
      return troupe::step_result::more();
    }
  };

  return {.name = name,
          .doc = "Does nothing.",
          .effects = troupe::effect::network,
          .plan =
            [](const std::string&) {
              troupe::job_plan plan;
              plan.items = {"0"};
              return plan;
            },
          .make_work = [](const troupe::job_plan&) { return std::make_unique<work>(); }};
}

/// Counts ends, and lets somebody wait for a number of them.
class ends {
public:
  void note() {
    const std::scoped_lock lock(mutex_);
    ++count_;
    changed_.notify_one();
  }

  void wait_for(std::uint64_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return count_ >= count; });
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t count_ = 0;
};

struct arguments {
  std::filesystem::path directory = "engine-bench";
  std::uint64_t count = 100'000;
  std::uint64_t in_flight = 64;
  std::int64_t slots = 64;
  std::string type = "NoOp";
};

void configure(troupe::options& o, const arguments& given) {
  o.concurrent_jobs.set_value(given.slots);
  o.jobs_history_size.set_value(1'000'000);
}

void add_jobs(troupe::engine& jobs, const std::string& type, std::uint64_t count) {
  constexpr std::uint64_t window = 4096;
  std::deque<std::future<troupe::result<troupe::job_id>>> answers;
  for (std::uint64_t i = 0; i < count; ++i) {
    answers.push_back(jobs.submit({.type = type, .arguments = "{}"}));
    if (answers.size() > window) {
      answers.front().get().value();
      answers.pop_front();
    }
  }
  for (auto& one : answers)
    one.get().value();
}

void closed_loop(const arguments& given) {
  troupe::engine jobs(given.directory, [&](troupe::options& o) { configure(o, given); });
  jobs.add(no_op(given.type));
  jobs.start();
  ends done;
  const auto begin = clock_type::now();
  for (std::uint64_t i = 0; i < given.count; ++i) {
    if (i >= given.in_flight)
      done.wait_for(i - given.in_flight + 1);
    jobs.submit({.type = "NoOp", .on_end = [&done](const auto&) { done.note(); }});
  }
  done.wait_for(given.count);
  std::cout << "closed loop, " << given.in_flight
            << " in flight: " << static_cast<double>(given.count) / seconds_since(begin) << " jobs/s\n";
}

void burn_down(const arguments& given) {
  troupe::engine jobs(given.directory, [&](troupe::options& o) { configure(o, given); });
  jobs.add(no_op(given.type));
  jobs.start();
  jobs.set_lane({.name = "NoOp", .paused = true}).get().value();
  auto begin = clock_type::now();
  add_jobs(jobs, "NoOp", given.count - 1);
  const auto last = jobs.submit({.type = "NoOp"}).get().value();
  std::cout << "submit: " << static_cast<double>(given.count) / seconds_since(begin) << " jobs/s, durable\n";
  begin = clock_type::now();
  jobs.set_lane({.name = "NoOp", .paused = false}).get().value();
  jobs.wait({.id = last}).get().value();
  std::cout << "burn-down of " << given.count << ": " << static_cast<double>(given.count) / seconds_since(begin)
            << " jobs/s\n";
}

// The lane stays paused, unless the restart shall dispatch.
void fill(const arguments& given) {
  troupe::engine jobs(given.directory, [&](troupe::options& o) { configure(o, given); });
  jobs.add(no_op(given.type));
  jobs.start();
  jobs.set_lane({.name = given.type, .paused = true}).get().value();
  add_jobs(jobs, given.type, given.count);
  if (given.type == "NoOp")
    jobs.set_lane({.name = given.type, .paused = false}); // not waited for: most are left for the next start
}

void restart(const arguments& given) {
  const auto before = anonymous_bytes();
  const auto begin = clock_type::now();
  troupe::engine jobs(given.directory, [&](troupe::options& o) { configure(o, given); });
  jobs.add(no_op(given.type));
  jobs.start();
  while (!dispatched)
    std::this_thread::sleep_for(1ms);
  const auto taken = seconds_since(begin);
  const auto bytes = anonymous_bytes() - before;
  const auto waiting = jobs.lanes().get().value().at(0).waiting;
  std::cout << "restart with " << waiting << " pending jobs to the first dispatch: " << taken << " s, "
            << static_cast<double>(bytes) / static_cast<double>(std::max<std::uint64_t>(1, waiting))
            << " bytes of anonymous memory a job\n";
}

} // namespace

int main(int argc, char** argv) {
  arguments given;
  CLI::App program("Measures the jobs engine without HTTP.", "troupe-bench-engine");
  program.require_subcommand(1);
  const auto add = [&](const char* name, const char* doc, void (*what)(const arguments&), bool fresh) {
    CLI::App* command = program.add_subcommand(name, doc);
    command->add_option("--directory", given.directory, "Where the engine keeps its data")->capture_default_str();
    command->add_option("-n,--count", given.count, "Jobs")->capture_default_str();
    command->add_option("--in-flight", given.in_flight, "Jobs under way at a time")->capture_default_str();
    command->add_option("--type", given.type, "Of the jobs that `fill` leaves")->capture_default_str();
    command->add_option("--slots", given.slots, "ConcurrentJobs")->capture_default_str();
    command->callback([&given, what, fresh] {
      if (fresh)
        std::filesystem::remove_all(given.directory);
      what(given);
    });
  };
  add("closed", "No-op jobs, so many in flight", closed_loop, true);
  add("burn-down", "Pending no-op jobs, then all of them run", burn_down, true);
  add("fill", "Leaves pending jobs for `restart`", fill, true);
  add("restart", "Opens what `fill` left, until the first job runs", restart, false);
  try {
    CLI11_PARSE(program, argc, argv);
  } catch (const std::exception& failed) {
    std::cerr << "troupe-bench-engine: " << failed.what() << '\n';
    return 2;
  }
  return 0;
}
