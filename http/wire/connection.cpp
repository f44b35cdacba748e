#include "http/wire/connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>

namespace troupe::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::steady_clock;

constexpr std::size_t read_bytes = 64 * 1024;
constexpr std::size_t idle_bytes = 1024; ///< what an idle connection may keep

bool would_block(const error_code& failed) {
  return failed == asio::error::would_block || failed == asio::error::try_again || failed == asio::error::interrupted;
}

/// What is still to be sent.
class buffers_left {
public:
  explicit buffers_left(const connection::pieces& pieces) {
    std::ranges::transform(pieces, buffers_.begin(), [](std::string_view text) { return asio::buffer(text); });
  }

  bool empty() const { return asio::buffer_size(buffers_) == 0; }

  const std::array<asio::const_buffer, 3>& buffers() const { return buffers_; }

  void advance(std::size_t bytes) {
    for (auto& each : buffers_) {
      const auto part = std::min(bytes, each.size());
      each += part;
      bytes -= part;
    }
  }

private:
  std::array<asio::const_buffer, 3> buffers_;
};

} // namespace

connection::connection(asio::ip::tcp::socket socket) : socket_(std::move(socket)), bell_(socket_.get_executor()) {
  error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  error_code failed;
  const auto remote = socket_.remote_endpoint(failed);
  if (!failed)
    remote_address_ = remote.address().to_string();
}

asio::awaitable<void> connection::wait(deadline until) {
  if (!rung_) {
    bell_.expires_at(until);
    error_code ignored;
    auto token = asio::redirect_error(asio::use_awaitable, ignored);
    co_await bell_.async_wait(token);
  }
  rung_ = false;
}

void connection::notify() {
  rung_ = true;
  bell_.cancel();
}

std::function<void()> connection::waker() {
  return [executor = socket_.get_executor(), weak = weak_from_this()] {
    asio::post(executor, [weak] {
      if (const auto self = weak.lock())
        self->notify();
    });
  };
}

void connection::consume(std::size_t bytes) {
  received_.erase(0, bytes);
  if (received_.empty() && received_.capacity() > idle_bytes)
    received_ = std::string();
}

void connection::receive(std::size_t enough) {
  if (awaiting_input_ || input_ended() || received_.size() >= enough)
    return;
  awaiting_input_ = true;
  socket_.async_wait(asio::socket_base::wait_read, [self = shared_from_this()](error_code failed) {
    self->awaiting_input_ = false;
    if (failed)
      self->input_ended_ = true;
    else
      self->take_in();
    self->notify();
  });
}

void connection::take_in() {
  // Shared by the connections of a thread, so that one that is silent costs no buffer.
  thread_local std::array<char, read_bytes> buffer;
  error_code failed;
  const auto count = socket_.read_some(asio::buffer(buffer), failed);
  received_.append(buffer.data(), count);
  if (failed == asio::error::eof)
    input_ended_ = true;
  else if (failed && !would_block(failed))
    close();
}

void connection::await_room() {
  if (awaiting_room_)
    return;
  awaiting_room_ = true;
  socket_.async_wait(asio::socket_base::wait_write, [self = shared_from_this()](error_code) {
    self->awaiting_room_ = false;
    self->notify();
  });
}

asio::awaitable<bool> connection::send(pieces what, std::chrono::milliseconds silence) {
  buffers_left left(what);
  auto until = steady_clock::now() + silence;
  while (!left.empty()) {
    error_code failed = asio::error::not_connected;
    const auto count = closed() ? 0 : socket_.write_some(left.buffers(), failed);
    left.advance(count);
    if (count != 0)
      until = steady_clock::now() + silence;
    if (!failed)
      continue;
    if (!would_block(failed) || steady_clock::now() >= until) {
      close();
      co_return false;
    }
    await_room();
    co_await wait(until);
  }
  co_return true;
}

asio::awaitable<void> connection::linger(std::chrono::milliseconds at_most) {
  error_code ignored;
  socket_.shutdown(asio::socket_base::shutdown_send, ignored);
  const auto until = steady_clock::now() + at_most;
  while (!input_ended() && steady_clock::now() < until) {
    consume(received_.size());
    receive(read_bytes);
    co_await wait(until);
  }
}

void connection::close() {
  error_code ignored;
  socket_.close(ignored);
  notify();
}

void connection::reset() {
  error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

} // namespace troupe::http
