/// \file
/// One HTTP request as plain data, one reply, and the handle that answers once. No socket, no actor.
#pragma once

#include <troupe/error.hpp>

#include "core/output_stream.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace troupe::http {

/// No route has the last two: they are known to be answered as HTTP says.
enum class verb : std::uint8_t { get, head, post, put, del, options, patch };

/// `GET`, `HEAD`, `POST`, `PUT`, `DELETE`, `OPTIONS`, `PATCH`.
std::string_view to_text(verb method) noexcept;

/// What is known before the body arrives.
struct request_head {
  verb method = verb::get;
  std::string target;                                       ///< as sent: `/studies?expand`
  std::vector<std::string> path;                            ///< decoded segments without empty ones: {"studies"}
  std::vector<std::pair<std::string, std::string>> query;   ///< decoded, in order; a flag has an empty value
  std::vector<std::pair<std::string, std::string>> headers; ///< names in lower case, in order
  std::string remote_address;                               ///< `127.0.0.1`

  /// Value of the first header of that (lower-case) name.
  std::optional<std::string_view> header(std::string_view name) const;
  /// Value of the last query parameter of that name.
  std::optional<std::string_view> parameter(std::string_view name) const;
  /// Path without query, as sent.
  std::string_view path_text() const;
};

/// A request body as a span: in memory, or a file in `incoming/` that is mapped and loses its name with it.
class request_body {
public:
  virtual ~request_body() = default;
  virtual std::span<const std::byte> bytes() const noexcept = 0;

  /// The file with these bytes, as long as the body lives; null if they are in memory. It may be linked elsewhere.
  virtual const std::filesystem::path* file() const noexcept { return nullptr; }

  /// A part of a file will not be read again soon: the process need not keep it in memory.
  virtual void release(std::span<const std::byte>) const noexcept {}

  std::string_view text() const noexcept {
    const auto b = bytes();
    return {reinterpret_cast<const char*>(b.data()), b.size()};
  }
};

struct request {
  request_head head;
  std::unique_ptr<request_body> body; ///< never null
};

/// A range of a file as the body of a reply.
struct file_range {
  std::filesystem::path path;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// Bytes that somebody else keeps, as the body of a reply.
struct shared_bytes {
  std::shared_ptr<const void> owner;
  std::span<const std::byte> bytes;
};

struct reply;

/// A body of unknown length that a job makes while it is sent: chunked, with back-pressure. The head is sent with the
/// first bytes; `refused` makes the reply if there is an error before them. An error after them cuts the connection.
struct streamed_body {
  std::shared_ptr<output_stream> bytes;
  std::function<reply(const error&)> refused;
  bool endless = false; ///< never ends by itself: it is ended when the server stops
};

struct reply {
  int status = 200;
  std::string content_type; ///< no header if empty
  std::vector<std::pair<std::string, std::string>> headers;
  std::variant<std::string, file_range, streamed_body, shared_bytes> body;
  /// Set where the same request has the same answer as long as `call_sink::state` is this one. Only with a text.
  std::optional<std::uint64_t> true_in_state = {};
};

/// Answers a request, once; the last owner that leaves without an answer answers 503. Copies share the one answer. Any
/// thread.
class answer {
public:
  answer() = default;
  /// `parked` is called when a handler parks the request.
  explicit answer(std::function<void(reply)> deliver, std::function<void()> parked = {});
  void operator()(reply with) const;
  /// The answer, or the rest of its stream, comes when something has happened to a job: until then nothing is done for
  /// the request, and it does not count as one that is being answered.
  void park() const;

private:
  struct slot;
  std::shared_ptr<slot> slot_;
};

/// A request that waits for its answer.
struct call {
  std::shared_ptr<const request> what;
  answer respond;
};

/// What may come as the body of a request, decided before it is read.
struct admission {
  std::uint64_t body_limit_bytes = 0;
  std::optional<reply> refusal; ///< set: answered at once, the body is not read
};

/// Where the wire takes calls to. Implemented by the gateway. Its functions are called on the wire's threads and never
/// block.
class call_sink {
public:
  virtual ~call_sink() = default;
  virtual admission admit(const request_head& head) const = 0;
  /// Becomes another number whenever answers that are `true_in_state` may become other ones, before whoever has made
  /// it so is told.
  virtual std::uint64_t state() const = 0;
  virtual void take(call received) = 0;
};

} // namespace troupe::http
