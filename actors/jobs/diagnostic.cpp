/// \file
/// `Diagnostic`: sleeps, fails, asks for another attempt, finds its destination unreachable or ends the server, as its
/// arguments say. For tests of the engine and for load; offered only with the option `DiagnosticJobs`.

#include "actors/jobs/builtin.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>

namespace troupe {

namespace {

using nlohmann::json;

constexpr std::uint64_t steps_max = 1'000'000;
constexpr std::int64_t milliseconds_max = 3'600'000;
constexpr std::chrono::milliseconds stop_check{20};

/// What the arguments ask for.
struct wishes {
  std::uint64_t steps = 1;
  std::int64_t sleep_ms = 0;            ///< a step
  std::int64_t fail_at = -1;            ///< step
  std::uint32_t transient_failures = 0; ///< so many attempts fail at `fail_at` in a way that may pass
  std::int64_t crash_at = -1;           ///< step
  std::uint32_t unreachable = 0;        ///< so many looks at the lane's destination find it unreachable
  std::set<std::uint64_t> fail_items;   ///< steps that fail without failing the job
  std::string lane;
};

template <class Number>
void read(const json& from, const char* name, Number& into, std::int64_t max) {
  const auto found = from.find(name);
  if (found == from.end())
    return;
  if (!found->is_number_integer() || found->get<std::int64_t>() < 0 || found->get<std::int64_t>() > max)
    throw failure(
      error{error_code::bad_file_format, std::string(name) + " must be an integer from 0 to " + std::to_string(max)});
  into = static_cast<Number>(found->get<std::int64_t>());
}

wishes read_wishes(const std::string& arguments) {
  const auto from = json::parse(arguments, nullptr, false);
  if (!from.is_object())
    throw failure(error{error_code::bad_file_format, "The arguments must be a JSON object"});
  wishes asked;
  read(from, "Steps", asked.steps, steps_max);
  read(from, "SleepMs", asked.sleep_ms, milliseconds_max);
  read(from, "FailAt", asked.fail_at, steps_max);
  read(from, "TransientFailures", asked.transient_failures, 1000);
  read(from, "CrashAt", asked.crash_at, steps_max);
  read(from, "Unreachable", asked.unreachable, 1000);
  if (const auto items = from.find("FailItems"); items != from.end())
    for (const auto& item : items->get_ref<const json::array_t&>())
      asked.fail_items.insert(item.get<std::uint64_t>());
  if (const auto lane = from.find("Lane"); lane != from.end())
    asked.lane = lane->get<std::string>();
  return asked;
}

/// How often the destination of a lane will still be found unreachable.
class destinations {
public:
  void set(const std::string& lane, std::uint32_t times) {
    const std::scoped_lock lock(mutex_);
    left_.try_emplace(lane, times);
  }

  bool found_unreachable(const std::string& lane) {
    const std::scoped_lock lock(mutex_);
    const auto found = left_.find(lane);
    if (found == left_.end() || found->second == 0)
      return false;
    --found->second;
    return true;
  }

private:
  std::mutex mutex_;
  std::map<std::string, std::uint32_t> left_;
};

error not_there() {
  return {error_code::network_protocol, "The destination was asked to be unreachable"};
}

class diagnostic_work final : public job_work {
public:
  diagnostic_work(const job_plan& plan, std::shared_ptr<destinations> known)
    : asked_(read_wishes(plan.arguments)),
      items_(plan.items),
      known_(std::move(known)) {}

  step_result run(std::uint64_t number, step_context& context) override {
    const auto item = static_cast<std::int64_t>(std::stoull(items_.at(number)));
    if (known_->found_unreachable(asked_.lane))
      return step_result::unreachable(not_there());
    if (!sleep(context))
      return step_result::wait(); // stopped: the step is done again
    if (item == asked_.crash_at)
      std::raise(SIGKILL);
    if (item == std::max<std::int64_t>(asked_.fail_at, 0) && context.attempt() <= asked_.transient_failures)
      return step_result::failed({error_code::network_protocol, "Asked to fail for a while"});
    if (item == asked_.fail_at && asked_.transient_failures == 0)
      return step_result::failed({error_code::bad_request, "Asked to fail"});
    auto done = step_result::more();
    if (asked_.fail_items.contains(static_cast<std::uint64_t>(item)))
      done.item = item_failure{error{error_code::bad_request, "Asked to fail"}, std::nullopt};
    return done;
  }

private:
  bool sleep(const step_context& context) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds{asked_.sleep_ms};
    for (auto now = std::chrono::steady_clock::now(); now < until; now = std::chrono::steady_clock::now()) {
      if (context.stop_requested())
        return false;
      std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(until - now, stop_check));
    }
    return true;
  }

  wishes asked_;
  std::vector<std::string> items_;
  std::shared_ptr<destinations> known_;
};

result<job_plan> plan_diagnostic(const std::string& arguments, destinations& known) {
  const auto asked = read_wishes(arguments);
  job_plan plan{.lane = asked.lane, .arguments = arguments};
  for (std::uint64_t item = 0; item < asked.steps; ++item)
    plan.items.push_back(std::to_string(item));
  plan.content = json{{"Description", "REST API"}, {"Steps", asked.steps}}.dump();
  if (asked.unreachable > 0)
    known.set(asked.lane, asked.unreachable);
  return plan;
}

} // namespace

job_type diagnostic_job() {
  auto known = std::make_shared<destinations>();
  return refusing_unreadable_arguments({
    .name = "Diagnostic",
    .doc = "Sleeps, fails, asks for another attempt or ends the server, for tests and load.",
    .effects = effect::network,
    .pool = step_pool::io,
    .plan = [known](const std::string& arguments) { return plan_diagnostic(arguments, *known); },
    .make_work = [known](const job_plan& plan) { return std::make_unique<diagnostic_work>(plan, known); },
    .probe =
      [known](const std::string& lane) {
        return known->found_unreachable(lane) ? not_there() : error{error_code::success};
      },
    .narrow =
      [](job_plan& plan) {
        auto content = json::parse(plan.content);
        content["Steps"] = plan.items.size();
        plan.content = content.dump();
      },
  });
}

} // namespace troupe
