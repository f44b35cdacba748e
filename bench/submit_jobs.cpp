#include "bench/archive_jobs.hpp"
#include "bench/pace.hpp"
#include "bench/scenarios.hpp"

#include <utility>

namespace troupe::bench {

namespace asio = boost::asio;

report submit_jobs(const load_settings& how, std::vector<std::string> resources) {
  resources = resources_or_all_series(how, std::move(resources));
  std::vector<std::string> ids;
  const operation submit = [&](client& over, std::uint64_t index) -> asio::awaitable<std::uint64_t> {
    std::string id = co_await submit_archive(over, resources[index % resources.size()]);
    ids.push_back(std::move(id));
    co_return 0;
  };
  const auto start = steady::now();
  report result{"jobs", how, run_load(how, submit), {}};

  load_settings waiting = how;
  waiting.count = ids.size();
  waiting.rate_per_second = 0;
  const operation wait = [&](client& over, std::uint64_t index) -> asio::awaitable<std::uint64_t> {
    co_await wait_for_job(over, ids[index]);
    co_return 0;
  };
  const load_result ended = run_load(waiting, wait);
  const double seconds = std::chrono::duration<double>(steady::now() - start).count();
  for (const auto& [reason, count] : ended.errors)
    result.measured.errors[reason] += count;
  result.also.emplace_back("all_done_after_s", seconds);
  result.also.emplace_back("jobs_done_per_s", static_cast<double>(ended.good.count()) / seconds);
  return result;
}

} // namespace troupe::bench
