#include "bench/archive_jobs.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace troupe::bench {

namespace asio = boost::asio;

std::vector<std::string> resources_or_all_series(const load_settings& how, std::vector<std::string> resources) {
  if (!resources.empty())
    return resources;
  const operation list_series = [&](client& over, std::uint64_t) -> asio::awaitable<std::uint64_t> {
    const nlohmann::json all = co_await over.get_json("/series");
    for (const auto& id : all)
      resources.push_back("/series/" + id.get<std::string>());
    co_return 0;
  };
  load_settings once = how;
  once.connections = 1;
  once.count = 1;
  once.rate_per_second = 0;
  const load_result asked = run_load(once, list_series);
  if (!asked.errors.empty())
    throw std::runtime_error("cannot list the series of the server: " + asked.errors.begin()->first);
  if (resources.empty())
    throw std::runtime_error("the server has no series to make archives of; upload something first");
  return resources;
}

asio::awaitable<std::string> submit_archive(client& over, std::string resource) {
  request what;
  what.method = boost::beast::http::verb::post;
  what.target = std::move(resource) + "/archive";
  what.content_type = "application/json";
  what.body = R"({"Asynchronous": true})";
  const response got = co_await over.ask_well(what);
  co_return nlohmann::json::parse(got.body).at("ID").get<std::string>();
}

asio::awaitable<bool> wait_for_job(client& over, std::string id) {
  using namespace std::chrono_literals;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  const std::string target = "/jobs/" + id;
  constexpr auto first_pause = 1ms;
  for (auto pause = first_pause;; pause = std::min(pause * 2, std::chrono::milliseconds(20))) {
    const nlohmann::json job = co_await over.get_json(target);
    const auto state = job.at("State").get<std::string>();
    if (state == "Success")
      co_return pause != first_pause;
    if (state == "Failure")
      throw std::runtime_error("a job ended in Failure: " + job.value("ErrorDescription", ""));
    timer.expires_after(pause);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

} // namespace troupe::bench
