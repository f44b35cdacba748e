#include "http/wire/session.hpp"

#include "core/log.hpp"
#include "http/wire/body_reader.hpp"
#include "http/wire/refusal.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <string>

// g++ 12 at -O1 inlines only one half of the operators new and delete of Asio's coroutine frames and takes them for no
// pair.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace troupe::http {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds linger_time{2'000};
constexpr std::chrono::milliseconds linger_time_at_stop{100};
constexpr std::size_t body_read_bytes = 64 * 1024;

/// Counts a request from its head to the last byte of its answer, or until it is parked.
class counted_request {
public:
  explicit counted_request(wire_shared& in)
    : timer_(in.metrics.rest_api_duration_ms),
      place_(std::make_shared<place>(in.requests)),
      too_many_(place_->active > in.settings.max_requests) {
    in.metrics.rest_api_active_requests.observe(static_cast<double>(place_->active));
  }

  ~counted_request() { place_->leave(); }

  counted_request(const counted_request&) = delete;
  counted_request& operator=(const counted_request&) = delete;

  bool too_many() const { return too_many_; }

  /// Parks the request. Any thread, also when it has been answered.
  std::function<void()> parker() const {
    return [place = place_] { place->leave(); };
  }

private:
  struct place {
    explicit place(std::shared_ptr<std::atomic<std::size_t>> of) : requests(std::move(of)), active(++*requests) {}

    void leave() {
      if (!left.exchange(true))
        --*requests;
    }

    const std::shared_ptr<std::atomic<std::size_t>> requests;
    const std::size_t active;
    std::atomic<bool> left{false};
  };

  const timed timer_;
  const std::shared_ptr<place> place_;
  const bool too_many_;
};

/// A stream whose client has gone before it got it.
void abandon(std::optional<reply> unwanted) {
  if (unwanted)
    if (const auto* body = std::get_if<streamed_body>(&unwanted->body); body && body->bytes)
      body->bytes->abandon();
}

error malformed(head_scan::verdict why) {
  if (why == head_scan::verdict::too_large)
    return error{error_code::bad_request, "The head of the request is too large"}.with_status(431);
  if (why == head_scan::verdict::incomplete)
    return error{error_code::timeout, "The head of the request took too long"}.with_status(408);
  return {error_code::bad_request, "The head of the request is malformed"};
}

} // namespace

session::session(boost::asio::ip::tcp::socket socket, wire_shared& shared)
  : shared_(shared),
    connection_(std::make_shared<connection>(std::move(socket))) {}

session::awaitable<void> session::run() {
  const auto self = shared_from_this();
  try {
    after next = after::next_request;
    while (next == after::next_request && !connection_->closed())
      next = co_await serve_one();
    if (next == after::close && !connection_->closed())
      co_await connection_->linger(shared_.stopping ? linger_time_at_stop : linger_time);
  } catch (const std::exception& failed) {
    log(log_level::error, "http", std::string("a connection was cut: ") + failed.what());
  }
  connection_->close();
  drop_answers();
}

void session::drop_answers() {
  if (answer_)
    abandon(answer_->close());
  if (chunk_)
    chunk_->close();
}

session::awaitable<session::after> session::serve_one() {
  head_scan scan;
  const auto found = co_await await_head(scan);
  const reply_rules last{.keep_alive = false};
  if (found == head_scan::verdict::incomplete && (connection_->input_ended() || connection_->received().empty()))
    co_return after::cut;
  if (found != head_scan::verdict::complete)
    co_return co_await refuse(malformed(found), nullptr, last);
  served_ = true;
  raw_head_ = connection_->received().substr(0, scan.size());
  connection_->consume(scan.size());
  if (auto known = shared_.replies.find(raw_head_, shared_.sink.state()); known && !shared_.stopping)
    co_return co_await send_kept(std::move(known));
  auto checked = check_head(raw_head_);
  if (checked.has_error())
    co_return co_await refuse(checked.error(), nullptr, last);
  checked->head.remote_address = connection_->remote_address();
  co_return co_await serve(*checked);
}

/// Waits until a head is complete or can never be; incomplete if the client went, was too slow, or the server stops.
session::awaitable<head_scan::verdict> session::await_head(head_scan& scan) {
  const auto& limits = shared_.settings;
  auto until = steady_clock::now() + (served_ ? limits.keep_alive_timeout : limits.header_timeout);
  bool begun = false;
  for (;;) {
    if (!begun && !connection_->received().empty()) {
      begun = true;
      until = steady_clock::now() + limits.header_timeout;
    }
    const auto verdict = scan.feed(connection_->received());
    if (verdict != head_scan::verdict::incomplete || connection_->input_ended() || steady_clock::now() >= until
        || (shared_.stopping && !begun))
      co_return verdict;
    connection_->receive(max_head_bytes + 1);
    co_await connection_->wait(until);
  }
}

session::awaitable<session::after> session::serve(checked_head& head) {
  const counted_request counted(shared_);
  reply_rules rules{head.head.method == verb::head, head.http_1_1, head.keep_alive};
  reply_rules unread = rules; // a body that is not read would be taken for the next request
  unread.keep_alive = rules.keep_alive && head.body == framing::none;
  if (counted.too_many()) {
    shared_.metrics.rest_api_rejected.add();
    const auto why = error{error_code::internal_error, "Too many requests are being answered"}.with_status(503);
    co_return co_await refuse(why, &head.head, unread);
  }
  admission admitted = shared_.sink.admit(head.head);
  if (admitted.refusal)
    co_return co_await send(*std::move(admitted.refusal), unread);
  body_read read = co_await read_body(head, admitted.body_limit_bytes);
  if (read.refused) {
    unread.keep_alive = false;
    co_return co_await refuse(*read.refused, &head.head, unread);
  }
  if (!read.body)
    co_return after::cut;
  const bool repeatable = head.head.method == verb::get && head.body == framing::none;
  request whole{std::move(head.head), std::move(read.body)};
  std::optional<reply> answer = co_await ask(std::move(whole), counted.parker());
  if (!answer)
    co_return after::cut;
  if (answer->true_in_state && repeatable && keeps_alive(rules))
    keep(*answer);
  co_return co_await send(*std::move(answer), rules);
}

session::awaitable<session::body_read> session::read_body(const checked_head& head, std::uint64_t limit) {
  if (head.body == framing::none)
    co_return body_read{empty_request_body(), {}};
  const auto& limits = shared_.settings;
  body_collector collector(limits.incoming, limits.memory_body_bytes, shared_.memory);
  body_reader reader(head, limit, collector);
  if (head.expects_continue && !reader.refused() && connection_->received().empty()) {
    const connection::pieces go_on{"HTTP/1.1 100 Continue\r\n\r\n"};
    if (!co_await send_pieces(go_on))
      co_return body_read{};
  }
  auto until = steady_clock::now() + limits.request_timeout;
  while (!reader.complete()) {
    if (reader.refused())
      co_return body_read{nullptr, reader.refused()};
    if (!connection_->received().empty()) {
      connection_->consume(reader.take(connection_->received()));
      until = steady_clock::now() + limits.request_timeout;
    } else if (connection_->input_ended()) {
      co_return body_read{};
    } else if (steady_clock::now() >= until) {
      co_return body_read{nullptr,
                          error{error_code::timeout, "The body of the request took too long"}.with_status(408)};
    } else {
      connection_->receive(body_read_bytes);
      co_await connection_->wait(until);
    }
  }
  auto body = reader.finish();
  if (!body)
    co_return body_read{nullptr, reader.refused()};
  co_return body_read{std::move(body), {}};
}

/// The answer of the sink; nothing if the client went away before. One that has only closed its sending side may still
/// read: it gets its answer if that comes soon.
session::awaitable<std::optional<reply>> session::ask(request what, std::function<void()> park) {
  const auto box = std::make_shared<mailbox<reply>>(connection_->waker());
  answer_ = box;
  shared_.sink.take(call{std::make_shared<const request>(std::move(what)),
                         answer([box](reply given) { abandon(box->put(std::move(given))); }, std::move(park))});
  auto until = connection::never;
  for (;;) {
    if (auto given = box->take())
      co_return given;
    if (connection_->input_ended() && until == connection::never)
      until = steady_clock::now() + shared_.settings.request_timeout;
    if (connection_->closed() || steady_clock::now() >= until)
      co_return std::nullopt;
    connection_->receive(max_head_bytes);
    co_await connection_->wait(until);
  }
}

session::awaitable<session::after> session::refuse(const error& why, const request_head* head, reply_rules rules) {
  reply answer = refusal(why, head, shared_.settings.describe_errors);
  co_return co_await send(std::move(answer), rules);
}

} // namespace troupe::http
