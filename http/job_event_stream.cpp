#include "http/job_event_stream.hpp"

#include "core/time_text.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace troupe::http {

namespace {

using nlohmann::json;
using persistence::job_event_record;
using namespace std::chrono_literals;

constexpr std::size_t stream_bytes = 64U << 10;
constexpr std::size_t events_a_look = 256;
constexpr std::size_t examined_a_look = 4096;
constexpr auto gathering = 5ms; ///< several commits shortly after each other cost one look
constexpr auto silence_max = 15s;

json event_json(const job_event_record& event) {
  json shown{{"ID", event.id.text},
             {"Type", event.type},
             {"State", to_text(shown_as(event.phase))},
             {"Priority", event.priority},
             {"Attempts", event.attempts},
             {"ErrorCode", static_cast<int>(event.code)},
             {"Timestamp", microseconds_text(event.time)}};
  if (event.removed)
    shown["Removed"] = true;
  return shown;
}

std::string block(std::string_view name, std::uint64_t number, const json& data) {
  return "id: " + std::to_string(number) + "\nevent: " + std::string(name)
         + "\ndata: " + data.dump(-1, ' ', false, json::error_handler_t::replace) + "\n\n";
}

} // namespace

job_event_stream::job_event_stream(services& server, std::uint64_t last, job_event_filter which)
  : server_(server),
    which_(std::move(which)),
    bytes_(std::make_shared<output_stream>(stream_bytes)),
    last_(last) {
  // The head of the reply goes out with the first bytes. An id without data is no event, but is remembered.
  bytes_->write(":\nid: " + std::to_string(last_) + "\n\n");
}

bool job_event_stream::listen() {
  const auto ear = server_.job_events().listen([self = shared_from_this()] { self->hear(); });
  if (ear == 0)
    return false;
  bytes_->when_abandoned([&bell = server_.job_events(), ear] { bell.leave(ear); });
  keep_alive();
  hear(); // for what happened between the last event and now
  return true;
}

// On the store's thread, too: only passed on.
void job_event_stream::hear() {
  if (!due_.exchange(true))
    server_.after(gathering, [weak = weak_from_this()] {
      if (const auto self = weak.lock())
        self->pump();
    });
}

void job_event_stream::pump() {
  due_ = false;
  const std::scoped_lock lock(mutex_);
  if (bytes_->abandoned())
    return;
  if (!bytes_->writable())
    bytes_->when_writable([weak = weak_from_this()] {
      if (const auto self = weak.lock())
        self->hear();
    });
  else if (send_some())
    hear();
}

/// True if there are more.
bool job_event_stream::send_some() {
  const auto from = server_.database().read();
  const auto [oldest, newest] = persistence::job_event_range(from);
  std::string text;
  if (last_ > newest || last_ + 1 < oldest) { // of another database, or let go by this one
    last_ = last_ > newest ? newest : oldest - 1;
    text = block("gap", last_, {{"Oldest", oldest}});
  }
  std::size_t sent = 0;
  std::size_t examined = 0;
  persistence::for_each_job_event(from, last_, [&](const job_event_record& event) {
    last_ = event.number;
    const bool wanted = event.sequence >= server_.first_job()
                        && (!which_.state || *which_.state == shown_as(event.phase))
                        && (!which_.type || *which_.type == event.type);
    if (wanted)
      text += block("job", event.number, event_json(event));
    sent += wanted ? 1 : 0;
    return ++examined < examined_a_look && sent < events_a_look && text.size() < stream_bytes;
  });
  bytes_->write(std::move(text));
  return last_ < newest;
}

/// A comment now and then, so that nobody on the way takes the connection for dead.
void job_event_stream::keep_alive() {
  server_.after(silence_max, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || self->bytes_->abandoned())
      return;
    if (self->bytes_->writable())
      self->bytes_->write(":\n\n");
    self->keep_alive();
  });
}

} // namespace troupe::http
