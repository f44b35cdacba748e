/// \file
/// A server with a sink that a test decides about, and clients that write exactly the bytes they are told.
#pragma once

#include "core/metrics.hpp"
#include "http/wire/server.hpp"
#include "tests/http/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace troupe::http::test {

/// Answers as the test says. The functions may be replaced before the first request.
class scripted_sink final : public call_sink {
public:
  admission admit(const request_head& head) const override { return on_admit(head); }

  std::uint64_t state() const override { return state_now; }

  void take(call received) override {
    ++taken;
    on_take(std::move(received));
  }

  std::function<admission(const request_head&)> on_admit = [](const request_head&) { return admission{1 << 20, {}}; };
  /// By default: method, target, size of the body.
  std::function<void(call)> on_take = [](call received) {
    const auto& what = *received.what;
    received.respond({200,
                      "text/plain",
                      {},
                      std::string(to_text(what.head.method)) + ' ' + what.head.target + ' '
                        + std::to_string(what.body->bytes().size())});
  };
  std::atomic<int> taken{0};
  std::atomic<std::uint64_t> state_now{0};
};

struct wire_fixture {
  wire_fixture() { settings.incoming = directory.path(); }

  /// The server, started with the settings at the first call.
  server& running() {
    if (!server_)
      server_ = std::make_unique<server>(settings, sink, metrics);
    return *server_;
  }

  void end_server() { server_.reset(); }

  temporary_directory directory;
  wire_settings settings;
  scripted_sink sink;
  troupe::metrics metrics;

private:
  std::unique_ptr<server> server_;
};

/// A blocking client socket with a deadline of ten seconds for everything.
class client {
public:
  explicit client(const server& to, int receive_buffer = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer != 0)
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(to.port());
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // Boost.Test's macros are for the main thread only; clients are made on others, too.
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
      throw std::runtime_error("cannot connect");
  }

  ~client() { close(); }

  client(const client&) = delete;
  client& operator=(const client&) = delete;

  /// False if the server does not take it any more.
  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0)
        return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  /// One packet a byte.
  bool write_slowly(std::string_view bytes) {
    for (const char c : bytes)
      if (!write({&c, 1}))
        return false;
    return true;
  }

  void end_writing() { ::shutdown(socket_, SHUT_WR); }

  void close() {
    if (socket_ >= 0)
      ::close(std::exchange(socket_, -1));
  }

  /// What is there, at least one byte; empty at the end of the connection or after ten seconds.
  std::string read_some(std::size_t at_most = 65536) {
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, 10'000) != 1)
      return {};
    std::string bytes(at_most, '\0');
    const auto count = ::recv(socket_, bytes.data(), bytes.size(), 0);
    reset_ = reset_ || (count < 0 && errno == ECONNRESET);
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
  }

  /// Everything until the server closes.
  std::string read_all() {
    std::string all;
    for (std::string some = read_some(); !some.empty(); some = read_some())
      all += some;
    return all;
  }

  /// Until `end` has come.
  std::string read_until(std::string_view end) {
    while (kept_.find(end) == std::string::npos) {
      const auto some = read_some();
      if (some.empty())
        return std::exchange(kept_, {});
      kept_ += some;
    }
    const auto size = kept_.find(end) + end.size();
    const std::string found = kept_.substr(0, size);
    kept_.erase(0, size);
    return found;
  }

  bool was_reset() const { return reset_; }

private:
  int socket_;
  bool reset_ = false;
  std::string kept_;
};

inline int status_of(std::string_view reply) {
  return reply.starts_with("HTTP/1.1 ") ? std::atoi(std::string(reply.substr(9, 3)).c_str()) : 0;
}

inline std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size()))
    ++count;
  return count;
}

} // namespace troupe::http::test
