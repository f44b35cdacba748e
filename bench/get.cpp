#include "bench/scenarios.hpp"

namespace troupe::bench {

namespace {

boost::asio::awaitable<std::uint64_t> get_one(client& over, const std::string& target) {
  request what;
  what.target = target;
  const response got = co_await over.ask_well(what);
  co_return got.body.size();
}

} // namespace

report get(const load_settings& how, const std::vector<std::string>& targets) {
  const operation one = [&](client& over, std::uint64_t index) {
    return get_one(over, targets[index % targets.size()]);
  };
  return {"get", how, run_load(how, one), {}};
}

} // namespace troupe::bench
