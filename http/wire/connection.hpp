/// \file
/// One socket, used by one coroutine that waits for several things at once: bytes from the client, room to send, an
/// answer from another thread, a deadline.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace troupe::http {

/// All functions but `waker` and what that gives are for the thread of the socket's executor.
class connection : public std::enable_shared_from_this<connection> {
public:
  using deadline = std::chrono::steady_clock::time_point;
  static constexpr deadline never = deadline::max();

  explicit connection(boost::asio::ip::tcp::socket socket);

  /// Address of the client, empty if it is gone already.
  const std::string& remote_address() const noexcept { return remote_address_; }

  // -- waiting ------------------------------------------------------------------------------------------------------
  /// Waits until `notify` was called since the last wait, or the deadline has passed. Whoever waits looks for what he
  /// waits for, since there is one bell for all.
  boost::asio::awaitable<void> wait(deadline until);
  void notify();
  /// A function that rings the bell, for any thread; it does nothing once the connection is gone. Not after the
  /// io_context was destroyed.
  std::function<void()> waker();

  // -- receiving ----------------------------------------------------------------------------------------------------
  /// Bytes that came and were not consumed.
  std::string_view received() const noexcept { return received_; }

  void consume(std::size_t bytes);
  /// Goes on receiving once, and rings the bell when something came, unless `enough` bytes lie there already.
  void receive(std::size_t enough);

  /// The client sends no more: it has closed its side, or all of it.
  bool input_ended() const noexcept { return input_ended_ || closed(); }

  // -- sending ------------------------------------------------------------------------------------------------------
  /// What is sent one after the other; unused ones are empty. The bytes must stay until `send` is through.
  using pieces = std::array<std::string_view, 3>;
  /// Sends all of it. False, and the connection is closed, if that fails or nothing of it was taken for `silence`.
  boost::asio::awaitable<bool> send(pieces what, std::chrono::milliseconds silence);
  /// Says that nothing more will be sent, and throws away what the client still sends until it closes too, for a while:
  /// an answer would be lost if the connection was reset under it.
  boost::asio::awaitable<void> linger(std::chrono::milliseconds at_most);

  /// Rings the bell, too.
  void close();
  /// Closes so that the client takes what it got for broken.
  void reset();

  bool closed() const noexcept { return !socket_.is_open(); }

private:
  void take_in();
  void await_room();

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer bell_;
  std::string remote_address_;
  std::string received_;
  bool rung_ = false;
  bool awaiting_input_ = false;
  bool awaiting_room_ = false;
  bool input_ended_ = false;
};

} // namespace troupe::http
