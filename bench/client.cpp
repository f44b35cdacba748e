#include "bench/client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <nlohmann/json.hpp>

#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>

namespace troupe::bench {

namespace asio = boost::asio;
namespace http = boost::beast::http;

server_address server_address::of(const std::string& url) {
  const std::string scheme = "http://";
  if (url.rfind(scheme, 0) != 0)
    throw std::runtime_error("the server's address must begin with http://, not " + url);
  const std::string host = url.substr(scheme.size(), url.find('/', scheme.size()) - scheme.size());
  const auto colon = host.find(':');
  const std::string port = colon == std::string::npos ? "80" : host.substr(colon + 1);
  asio::io_context io;
  boost::system::error_code failed;
  const auto found = asio::ip::tcp::resolver(io).resolve(host.substr(0, colon), port, failed);
  if (failed || found.empty())
    throw std::runtime_error("cannot find the server " + host + ": " + failed.message());
  return {found.begin()->endpoint(), host};
}

client::client(asio::any_io_executor on, server_address where, std::chrono::seconds timeout)
  : stream_(std::move(on)),
    where_(std::move(where)),
    timeout_(timeout) {}

asio::awaitable<response> client::ask(const request& what) {
  const bool reused = open_;
  try {
    co_return co_await exchange(what);
  } catch (const boost::system::system_error& failed) {
    open_ = false;
    if (!reused || answered_ || failed.code() == boost::beast::error::timeout)
      throw;
  }
  co_return co_await exchange(what);
}

asio::awaitable<response> client::ask_well(const request& what) {
  response got = co_await ask(what);
  if (got.status / 100 != 2)
    throw std::runtime_error("HTTP " + std::to_string(got.status));
  co_return got;
}

asio::awaitable<nlohmann::json> client::get_json(std::string target) {
  request what;
  what.target = std::move(target);
  const response got = co_await ask_well(what);
  co_return nlohmann::json::parse(got.body);
}

asio::awaitable<void> client::connect() {
  boost::system::error_code ignored;
  stream_.socket().close(ignored);
  buffer_.clear();
  stream_.expires_after(timeout_);
  co_await stream_.async_connect(where_.endpoint, asio::use_awaitable);
  stream_.socket().set_option(asio::ip::tcp::no_delay(true));
  open_ = true;
}

asio::awaitable<response> client::exchange(const request& what) {
  answered_ = false;
  if (!open_)
    co_await connect();
  using view = http::span_body<const char>;
  http::request<view> sent(what.method, what.target, 11, view::value_type(what.body.data(), what.body.size()));
  sent.set(http::field::host, where_.host);
  sent.keep_alive(true);
  if (!what.content_type.empty())
    sent.set(http::field::content_type, what.content_type);
  sent.prepare_payload();
  stream_.expires_after(timeout_);
  co_await http::async_write(stream_, sent, asio::use_awaitable);

  http::response_parser<http::string_body> got;
  got.body_limit(std::numeric_limits<std::uint64_t>::max());
  boost::system::error_code failed;
  co_await http::async_read(stream_, buffer_, got, asio::redirect_error(asio::use_awaitable, failed));
  answered_ = got.got_some();
  if (failed)
    throw boost::system::system_error(failed);
  open_ = got.keep_alive();
  co_return response{static_cast<int>(got.get().result_int()), std::move(got.get().body())};
}

} // namespace troupe::bench
