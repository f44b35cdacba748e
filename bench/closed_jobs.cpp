#include "bench/archive_jobs.hpp"
#include "bench/scenarios.hpp"

#include <utility>

namespace troupe::bench {

namespace asio = boost::asio;

report closed_jobs(const load_settings& how, std::vector<std::string> resources) {
  resources = resources_or_all_series(how, std::move(resources));
  const operation one = [&](client& over, std::uint64_t index) -> asio::awaitable<std::uint64_t> {
    std::string id = co_await submit_archive(over, resources[index % resources.size()]);
    co_await wait_for_job(over, std::move(id));
    co_return 0;
  };
  return {"closed", how, run_load(how, one), {}};
}

} // namespace troupe::bench
