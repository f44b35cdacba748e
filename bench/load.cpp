#include "bench/load.hpp"

#include "bench/pace.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <exception>

namespace troupe::bench {

namespace asio = boost::asio;

namespace {

struct run_state {
  const load_settings& how;
  const operation& what;
  pace turns;
  load_result result;
};

asio::awaitable<void> use_one_connection(run_state& run) {
  const auto executor = co_await asio::this_coro::executor;
  client connection(executor, run.how.server, run.how.timeout);
  asio::steady_timer timer(executor);
  while (const auto now = run.turns.next()) {
    if (now->due) {
      timer.expires_at(*now->due);
      co_await timer.async_wait(asio::use_awaitable);
    }
    const auto begin = now->due.value_or(steady::now());
    try {
      run.result.bytes += co_await run.what(connection, now->index);
      run.result.good.add(steady::now() - begin);
    } catch (const boost::system::system_error& failed) {
      ++run.result.errors[failed.code().message()];
    } catch (const std::exception& failed) {
      ++run.result.errors[failed.what()];
    }
  }
}

} // namespace

std::uint64_t load_result::error_count() const {
  std::uint64_t sum = 0;
  for (const auto& [reason, count] : errors)
    sum += count;
  return sum;
}

double load_result::throughput_per_second() const {
  return seconds > 0 ? static_cast<double>(good.count()) / seconds : 0;
}

load_result run_load(const load_settings& how, const operation& what) {
  asio::io_context io(1);
  const auto start = steady::now();
  run_state run{how, what, pace(how.count, how.rate_per_second, start), {}};
  for (int i = 0; i < how.connections; ++i) {
    asio::co_spawn(io, use_one_connection(run), [](const std::exception_ptr& failed) {
      if (failed)
        std::rethrow_exception(failed);
    });
  }
  io.run();
  run.result.seconds = std::chrono::duration<double>(steady::now() - start).count();
  return std::move(run.result);
}

} // namespace troupe::bench
