/// \file
/// One keep-alive connection to the server under test.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/verb.hpp>
#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <string>

namespace troupe::bench {

/// Where the server is.
struct server_address {
  boost::asio::ip::tcp::endpoint endpoint;
  std::string host; ///< for the Host header: `127.0.0.1:8042`
  /// Reads `http://host:port`. Throws `std::runtime_error` with a sentence.
  static server_address of(const std::string& url);
};

/// A request, and what came back.
struct request {
  boost::beast::http::verb method = boost::beast::http::verb::get;
  std::string target;
  std::string body;
  std::string content_type;
};

struct response {
  int status = 0;
  std::string body;
};

class client {
public:
  client(boost::asio::any_io_executor on, server_address where, std::chrono::seconds timeout);
  /// Asks and waits for the whole reply; connects when needed. If the server closed the kept connection before it
  /// answered, the request is sent once more. Throws `boost::system::system_error`.
  boost::asio::awaitable<response> ask(const request& what);
  /// The same; throws `std::runtime_error` ("HTTP 404") unless the status is 2xx.
  boost::asio::awaitable<response> ask_well(const request& what);
  /// GET of a JSON document. Throws also when it is none.
  boost::asio::awaitable<nlohmann::json> get_json(std::string target);

private:
  boost::asio::awaitable<void> connect();
  boost::asio::awaitable<response> exchange(const request& what);

  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  server_address where_;
  std::chrono::seconds timeout_;
  bool open_ = false;
  bool answered_ = false; ///< a byte of the reply to the request under way has arrived
};

} // namespace troupe::bench
