/// \file
/// One client: reads its requests one after the other, hands each to the sink and sends the answer, in order.
#pragma once

#include "http/wire/connection.hpp"
#include "http/wire/head_check.hpp"
#include "http/wire/head_scan.hpp"
#include "http/wire/mailbox.hpp"
#include "http/wire/shared.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace troupe::http {

/// Lives on the thread of its socket.
class session : public std::enable_shared_from_this<session> {
public:
  session(boost::asio::ip::tcp::socket socket, wire_shared& shared);

  /// Serves the client until it goes, misbehaves or the server stops.
  boost::asio::awaitable<void> run();

  /// Looks up from an idle wait, because the server stops.
  void notify() { connection_->notify(); }

  /// Cuts the connection; `run` then ends.
  void close() { connection_->close(); }

  /// From now on answers that come are dropped, on any thread. For a server that ends without waiting for `run`.
  void drop_answers();

private:
  template <class T>
  using awaitable = boost::asio::awaitable<T>;

  /// What becomes of the connection.
  enum class after : std::uint8_t { next_request, close, cut };

  /// What of a request decides how its answer is sent.
  struct reply_rules {
    bool head_only = false;
    bool http_1_1 = true;
    bool keep_alive = true;
  };

  /// A body, or why it was refused, or neither if the client went away.
  struct body_read {
    std::unique_ptr<request_body> body;
    std::optional<error> refused;
  };

  // -- the request
  awaitable<after> serve_one();
  awaitable<head_scan::verdict> await_head(head_scan& scan);
  awaitable<after> serve(checked_head& head); ///< takes the request out of `head`
  awaitable<body_read> read_body(const checked_head& head, std::uint64_t limit);
  awaitable<std::optional<reply>> ask(request what, std::function<void()> park);

  // -- the reply
  awaitable<after> refuse(const error& why, const request_head* head, reply_rules rules);
  awaitable<after> send(reply answer, reply_rules rules);
  awaitable<after> send_kept(reply_cache::bytes whole);
  awaitable<after> send_text(const reply& answer, const std::string& text, reply_rules rules);
  awaitable<after> send_shared(const reply& answer, const shared_bytes& shared, reply_rules rules);
  awaitable<after> send_file(const reply& answer, const file_range& range, reply_rules rules);
  awaitable<after> send_stream(const reply& answer, const streamed_body& body, reply_rules rules);
  awaitable<std::optional<result<std::string>>> next_chunk(const streamed_body& body);
  awaitable<bool> send_pieces(connection::pieces what);
  awaitable<void> let_others_run();

  bool keeps_alive(const reply_rules& rules) const;
  /// The same request may be answered with it again.
  void keep(const reply& answer);

  wire_shared& shared_;
  const std::shared_ptr<connection> connection_;
  std::shared_ptr<mailbox<reply>> answer_;
  std::shared_ptr<mailbox<result<std::string>>> chunk_;
  bool served_ = false;  ///< a request already
  std::string raw_head_; ///< of the request that is being answered
};

} // namespace troupe::http
