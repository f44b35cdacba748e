/// \file
/// How a session sends replies.
#include "http/wire/file_part.hpp"
#include "http/wire/refusal.hpp"
#include "http/wire/reply_head.hpp"
#include "http/wire/session.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace troupe::http {
namespace {

constexpr std::size_t block_bytes = 128 * 1024;

/// The stream learns that nobody reads it any more, however the sending ends.
class reader_leaves {
public:
  explicit reader_leaves(output_stream& stream) : stream_(stream) {}

  ~reader_leaves() { stream_.abandon(); }

  reader_leaves(const reader_leaves&) = delete;
  reader_leaves& operator=(const reader_leaves&) = delete;

private:
  output_stream& stream_;
};

std::string chunk_size_line(std::size_t size) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr;
  return std::string(digits.data(), end) + "\r\n";
}

} // namespace

bool session::keeps_alive(const reply_rules& rules) const {
  return rules.keep_alive && shared_.settings.keep_alive && !shared_.stopping;
}

session::awaitable<bool> session::send_pieces(connection::pieces what) {
  return connection_->send(what, shared_.settings.request_timeout);
}

/// A client that reads fast never makes a send wait; the other clients of the thread get their turn here.
session::awaitable<void> session::let_others_run() {
  const auto executor = co_await boost::asio::this_coro::executor;
  co_await boost::asio::post(executor, boost::asio::use_awaitable);
}

session::awaitable<session::after> session::send(reply answer, reply_rules rules) {
  if (const auto* text = std::get_if<std::string>(&answer.body))
    co_return co_await send_text(answer, *text, rules);
  if (const auto* range = std::get_if<file_range>(&answer.body))
    co_return co_await send_file(answer, *range, rules);
  if (const auto* shared = std::get_if<shared_bytes>(&answer.body))
    co_return co_await send_shared(answer, *shared, rules);
  co_return co_await send_stream(answer, std::get<streamed_body>(answer.body), rules);
}

void session::keep(const reply& answer) {
  const auto& text = std::get<std::string>(answer.body);
  shared_.replies.keep(raw_head_, *answer.true_in_state,
                       std::make_shared<const std::string>(reply_head(answer, {text.size(), false, true}) + text));
}

/// A reply that was kept is one that keeps the connection alive.
session::awaitable<session::after> session::send_kept(reply_cache::bytes whole) {
  const timed answering(shared_.metrics.rest_api_duration_ms);
  const connection::pieces what{*whole};
  co_return co_await send_pieces(what) ? after::next_request : after::cut;
}

session::awaitable<session::after> session::send_text(const reply& answer, const std::string& text, reply_rules rules) {
  const bool keep = keeps_alive(rules);
  const std::string head = reply_head(answer, {text.size(), false, keep});
  const bool has_body = !rules.head_only && answer.status != 204 && answer.status != 304;
  const connection::pieces whole{head, has_body ? std::string_view(text) : std::string_view()};
  if (!co_await send_pieces(whole))
    co_return after::cut;
  co_return keep ? after::next_request : after::close;
}

session::awaitable<session::after> session::send_shared(const reply& answer, const shared_bytes& shared,
                                                        reply_rules rules) {
  const bool keep = keeps_alive(rules);
  std::string head = reply_head(answer, {shared.bytes.size(), false, keep});
  std::string_view rest(reinterpret_cast<const char*>(shared.bytes.data()), rules.head_only ? 0 : shared.bytes.size());
  do {
    const auto block = rest.substr(0, block_bytes);
    const connection::pieces what{head, block};
    if (!co_await send_pieces(what))
      co_return after::cut;
    head.clear();
    rest.remove_prefix(block.size());
    co_await let_others_run();
  } while (!rest.empty());
  co_return keep ? after::next_request : after::close;
}

session::awaitable<session::after> session::send_file(const reply& answer, const file_range& range, reply_rules rules) {
  auto part = file_part::open(range);
  if (part.has_error())
    co_return co_await refuse(part.error(), nullptr, rules);
  const bool keep = keeps_alive(rules);
  std::string head = reply_head(answer, {range.length, false, keep});
  std::string block(rules.head_only ? 0 : static_cast<std::size_t>(std::min<std::uint64_t>(block_bytes, range.length)),
                    '\0');
  do {
    const std::size_t size = rules.head_only ? 0 : part->read(block);
    if (size == 0 && !rules.head_only && part->left() != 0) {
      connection_->reset();
      co_return after::cut;
    }
    const connection::pieces what{head, std::string_view(block).substr(0, size)};
    if (!co_await send_pieces(what))
      co_return after::cut;
    head.clear();
    co_await let_others_run();
  } while (!rules.head_only && part->left() != 0);
  co_return keep ? after::next_request : after::close;
}

session::awaitable<session::after> session::send_stream(const reply& answer, const streamed_body& body,
                                                        reply_rules rules) {
  const reader_leaves leaves(*body.bytes);
  const bool chunked = rules.http_1_1;
  const bool keep = chunked && keeps_alive(rules);
  std::string head = reply_head(answer, {std::nullopt, chunked, keep});
  if (rules.head_only) {
    const connection::pieces only_head{head};
    const bool sent = co_await send_pieces(only_head);
    co_return !sent ? after::cut : keep ? after::next_request : after::close;
  }
  for (bool first = true;; first = false) {
    const auto chunk = co_await next_chunk(body);
    if (!chunk)
      co_return after::cut;
    if (chunk->has_error() && first)
      co_return co_await send(body.refused(chunk->error()), rules);
    if (chunk->has_error()) {
      connection_->reset();
      co_return after::cut;
    }
    const std::string& bytes = chunk->value();
    const std::string before = head + (chunked ? chunk_size_line(bytes.size()) : "");
    const connection::pieces what{before, bytes, chunked ? "\r\n" : ""};
    if (!co_await send_pieces(what))
      co_return after::cut;
    if (bytes.empty())
      co_return keep ? after::next_request : after::close;
    head.clear();
    co_await let_others_run();
  }
}

/// What the stream has next; nothing if the client went away, also while the stream has nothing to say.
session::awaitable<std::optional<result<std::string>>> session::next_chunk(const streamed_body& body) {
  const auto box = std::make_shared<mailbox<result<std::string>>>(connection_->waker());
  chunk_ = box;
  body.bytes->read([box](result<std::string> chunk) { box->put(std::move(chunk)); });
  for (;;) {
    if (auto chunk = box->take())
      co_return chunk;
    if (connection_->input_ended())
      co_return std::nullopt;
    if (body.endless && shared_.stopping)
      co_return std::string();
    connection_->receive(max_head_bytes);
    co_await connection_->wait(connection::never);
  }
}

} // namespace troupe::http
