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

  // Who looks for ends takes time from the server, so it is done once a job if possible: those submitted last end last,
  // when they have ended the others need one look each, and those looks do not count.
  auto last_end = steady::now();
  load_settings waiting = how;
  waiting.count = ids.size();
  waiting.rate_per_second = 0;
  const operation wait = [&](client& over, std::uint64_t index) -> asio::awaitable<std::uint64_t> {
    if (co_await wait_for_job(over, ids[ids.size() - 1 - index]))
      last_end = steady::now();
    co_return 0;
  };
  const load_result ended = run_load(waiting, wait);
  const double seconds = std::chrono::duration<double>(last_end - start).count();
  for (const auto& [reason, count] : ended.errors)
    result.measured.errors[reason] += count;
  result.also.emplace_back("all_done_after_s", seconds);
  result.also.emplace_back("jobs_done_per_s", static_cast<double>(ended.good.count()) / seconds);
  return result;
}

} // namespace troupe::bench
