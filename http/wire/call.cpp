#include "http/call.hpp"

#include "http/wire/refusal.hpp"

#include <algorithm>
#include <ranges>

namespace troupe::http {
namespace {

template <class Range>
std::optional<std::string_view> first(const Range& of, std::string_view name) {
  const auto found = std::ranges::find(of, name, &std::pair<std::string, std::string>::first);
  if (found == of.end())
    return {};
  return found->second;
}

} // namespace

std::string_view to_text(verb method) noexcept {
  switch (method) {
  case verb::get:
    return "GET";
  case verb::head:
    return "HEAD";
  case verb::post:
    return "POST";
  case verb::put:
    return "PUT";
  case verb::del:
    return "DELETE";
  case verb::options:
    return "OPTIONS";
  case verb::patch:
    return "PATCH";
  }
  return "";
}

std::optional<std::string_view> request_head::header(std::string_view name) const {
  return first(headers, name);
}

std::optional<std::string_view> request_head::parameter(std::string_view name) const {
  return first(std::views::reverse(query), name);
}

std::string_view request_head::path_text() const {
  return std::string_view(target).substr(0, target.find('?'));
}

struct answer::slot {
  slot(std::function<void(reply)> to, std::function<void()> tell) : deliver(std::move(to)), parked(std::move(tell)) {}

  slot(const slot&) = delete;
  slot& operator=(const slot&) = delete;

  ~slot() {
    if (!done.exchange(true))
      deliver(refusal(error{error_code::internal_error, "The request was dropped without an answer"}.with_status(503)));
  }

  const std::function<void(reply)> deliver;
  const std::function<void()> parked;
  std::atomic<bool> done{false};
};

answer::answer(std::function<void(reply)> deliver, std::function<void()> parked)
  : slot_(std::make_shared<slot>(std::move(deliver), std::move(parked))) {}

void answer::operator()(reply with) const {
  if (slot_ && !slot_->done.exchange(true))
    slot_->deliver(std::move(with));
}

void answer::park() const {
  if (slot_ && slot_->parked)
    slot_->parked();
}

} // namespace troupe::http
