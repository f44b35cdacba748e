/// \file
/// What happens to jobs, for those who listen.
#include "http/exchange.hpp"
#include "http/job_event_stream.hpp"
#include "http/job_state_text.hpp"
#include "http/query.hpp"
#include "http/routes/families.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <memory>
#include <utility>

namespace troupe::http {

namespace {

constexpr std::string_view resume_parameter = "last-event-id";

/// The last event that the client has seen; nothing: only new ones are wanted.
result<std::optional<std::uint64_t>> last_seen(const request_head& request) {
  const auto header = request.header("last-event-id");
  if (!header)
    return number_parameter(request, resume_parameter, 0, std::numeric_limits<std::uint64_t>::max());
  std::uint64_t number = 0;
  const auto* const end = header->data() + header->size();
  const auto read = std::from_chars(header->data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end)
    return error{error_code::parameter_out_of_range, "Last-Event-ID must be a number"};
  return std::optional(number);
}

result<job_event_filter> filter_of(const request_head& request) {
  job_event_filter which;
  if (const auto name = request.parameter("state")) {
    const auto state = job_state_named(*name);
    if (!state)
      return state.error();
    which.state = *state;
  }
  if (const auto type = request.parameter("type"))
    which.type = std::string(*type);
  return which;
}

void stream_events(exchange& with) {
  const auto seen = last_seen(with.head());
  auto which = filter_of(with.head());
  if (!seen || !which) {
    with.respond_error(seen ? which.error() : seen.error());
    return;
  }
  reply head{.content_type = "text/event-stream",
             .headers = {{"Cache-Control", "no-cache"}, {"X-Accel-Buffering", "no"}}};
  if (with.head().method == verb::head) {
    with.respond(std::move(head));
    return;
  }
  const auto last = *seen ? **seen : persistence::job_event_range(with.server().database().read()).second;
  const auto events = std::make_shared<job_event_stream>(with.server(), last, *std::move(which));
  if (!events->listen()) {
    with.respond_error(error{error_code::internal_error, "Too many clients listen already"}.with_status(503));
    return;
  }
  head.body = streamed_body{.bytes = events->bytes(),
                            .refused = [with](const error& why) { return error_reply(with.head(), why); },
                            .endless = true};
  with.park();
  with.respond(std::move(head));
}

constexpr std::array parameters{
  parameter_doc{resume_parameter,
                "Go on behind that event; also as the header `Last-Event-ID`. Default: only new ones"},
  parameter_doc{"state", "Only of jobs that come into that state"},
  parameter_doc{"type", "Only of jobs of that type"},
};

} // namespace

std::span<const route> job_event_routes() {
  // clang-format off
  static constexpr std::array rows{
    route{verb::get, "/jobs/events", permission::view, "What happens to jobs, as Server-Sent Events.", stream_events, body_kind::none, parameters},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
