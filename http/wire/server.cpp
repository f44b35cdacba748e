#include "http/wire/server.hpp"

#include "core/log.hpp"
#include "http/wire/session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace troupe::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::steady_clock;

constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::chrono::seconds cut_patience{5};

/// A thread with its io_context and the sessions that live there.
struct loop {
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  std::set<std::shared_ptr<session>> sessions; ///< for the thread only
  std::thread thread;

  template <class F>
  void for_each_session(F what) {
    asio::post(io, [this, what] {
      const auto now = sessions; // what is done may end one
      for (const auto& each : now)
        what(*each);
    });
  }
};

/// At most one line a second about connections that cannot be taken.
class limited_log {
public:
  void write(const std::string& text) {
    const auto now = steady_clock::now();
    if (now < next_)
      return;
    next_ = now + std::chrono::seconds(1);
    log(log_level::warning, "http", text);
  }

private:
  steady_clock::time_point next_{};
};

tcp::acceptor listen(asio::io_context& on, const wire_settings& settings) {
  try {
    const tcp::endpoint where(asio::ip::make_address(settings.address), settings.port);
    tcp::acceptor acceptor(on);
    acceptor.open(where.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(where);
    acceptor.listen(asio::socket_base::max_listen_connections);
    return acceptor;
  } catch (const boost::system::system_error& failed) {
    throw failure(error(error_code::http_port_in_use, "Cannot listen on " + settings.address + " port "
                                                        + std::to_string(settings.port) + ": "
                                                        + failed.code().message()));
  }
}

} // namespace

struct server::impl {
  impl(wire_settings settings, call_sink& sink, troupe::metrics& counts)
    : shared(std::move(settings), sink, counts),
      loops(std::max<std::size_t>(1, shared.settings.threads)),
      acceptor(listen(loops.front().io, shared.settings)),
      port(acceptor.local_endpoint().port()) {
    asio::co_spawn(loops.front().io, accept(), asio::detached);
    for (auto& each : loops)
      each.thread = std::thread([&each] { run(each); });
  }

  static void run(loop& on) {
    for (;;) {
      try {
        on.io.run();
        return;
      } catch (const std::exception& failed) {
        log(log_level::error, "http", std::string("a handler failed: ") + failed.what());
      }
    }
  }

  asio::awaitable<void> accept() {
    asio::steady_timer pause(acceptor.get_executor());
    boost::system::error_code failed;
    auto token = asio::redirect_error(asio::use_awaitable, failed);
    for (std::size_t turn = 0; !shared.stopping; turn = (turn + 1) % loops.size()) {
      tcp::socket socket(loops[turn].io);
      co_await acceptor.async_accept(socket, token);
      if (shared.stopping)
        break;
      if (failed) { // no descriptors or memory left: waiting connections stay in the queue
        complaints.write("a connection cannot be accepted: " + failed.message());
        pause.expires_after(accept_pause);
        co_await pause.async_wait(token);
      } else if (!enter()) {
        complaints.write("a connection was closed: there are too many");
      } else {
        start(loops[turn], std::move(socket));
      }
    }
  }

  bool enter() {
    const std::lock_guard lock(shared.mutex);
    if (shared.connections >= shared.settings.max_connections)
      return false;
    ++shared.connections;
    return true;
  }

  void leave() {
    const std::lock_guard lock(shared.mutex);
    --shared.connections;
    shared.changed.notify_all();
  }

  void start(loop& on, tcp::socket socket) {
    asio::post(on.io, [this, &on, taken = std::make_shared<tcp::socket>(std::move(socket))] {
      const auto client = std::make_shared<session>(std::move(*taken), shared);
      on.sessions.insert(client);
      asio::co_spawn(on.io, client->run(), [this, &on, client](const std::exception_ptr&) {
        on.sessions.erase(client);
        leave();
      });
    });
  }

  bool wait_until_empty(std::chrono::milliseconds at_most) {
    std::unique_lock lock(shared.mutex);
    return shared.changed.wait_for(lock, at_most, [this] { return shared.connections == 0; });
  }

  void stop(std::chrono::milliseconds grace) {
    if (shared.stopping.exchange(true))
      return;
    asio::post(loops.front().io, [this] {
      boost::system::error_code ignored;
      acceptor.close(ignored);
    });
    for (auto& each : loops)
      each.for_each_session([](session& client) { client.notify(); });
    if (!wait_until_empty(grace)) {
      for (auto& each : loops)
        each.for_each_session([](session& client) { client.close(); });
      if (!wait_until_empty(cut_patience))
        log(log_level::error, "http", "connections were left open at the stop");
    }
    for (auto& each : loops)
      each.io.stop();
    for (auto& each : loops)
      each.thread.join();
    // No thread runs any more; answers may still come and must not reach an io_context that goes away.
    for (auto& each : loops)
      for (const auto& client : each.sessions)
        client->drop_answers();
  }

  wire_shared shared;
  std::vector<loop> loops;
  tcp::acceptor acceptor;
  const std::uint16_t port;
  limited_log complaints;
};

server::server(wire_settings settings, call_sink& sink, troupe::metrics& counts)
  : impl_(std::make_unique<impl>(std::move(settings), sink, counts)) {}

server::~server() {
  stop(std::chrono::milliseconds(0));
}

std::uint16_t server::port() const noexcept {
  return impl_->port;
}

std::size_t server::active_requests() const noexcept {
  return *impl_->shared.requests;
}

std::size_t server::connections() const {
  const std::lock_guard lock(impl_->shared.mutex);
  return impl_->shared.connections;
}

void server::stop(std::chrono::milliseconds grace) {
  impl_->stop(grace);
}

} // namespace troupe::http
