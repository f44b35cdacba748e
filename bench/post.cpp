#include "bench/scenarios.hpp"

namespace troupe::bench {

namespace asio = boost::asio;

report post(const load_settings& how, const std::vector<std::string>& targets, const std::string& body) {
  const operation one = [&](client& over, std::uint64_t index) -> asio::awaitable<std::uint64_t> {
    request what;
    what.method = boost::beast::http::verb::post;
    what.target = targets[index % targets.size()];
    what.content_type = "application/json";
    what.body = body;
    const response got = co_await over.ask_well(what);
    co_return what.body.size() + got.body.size();
  };
  return {"post", how, run_load(how, one), {}};
}

} // namespace troupe::bench
