#include "http/wire/body_reader.hpp"

#include <algorithm>
#include <string>

namespace troupe::http {

error body_too_large(std::uint64_t limit) {
  return error{error_code::bad_request, "The body may have " + std::to_string(limit) + " bytes here"}.with_status(413);
}

/// Does what may fail because of the disk.
template <class Work>
void body_reader::guarded(Work work) {
  try {
    work();
  } catch (const failure& failed) {
    refused_ = failed.why();
  }
}

body_reader::body_reader(const checked_head& head, std::uint64_t limit, body_collector& collector)
  : framing_(head.body),
    limit_(limit),
    collector_(collector),
    left_(head.body == framing::length ? head.content_length : 0) {
  if (left_ > limit)
    refused_ = body_too_large(limit);
  else
    guarded([&] { collector_.expect(left_); });
}

bool body_reader::complete() const noexcept {
  return !refused_ && (framing_ == framing::chunked ? chunks_.done() : left_ == 0);
}

std::size_t body_reader::take(std::string_view received) {
  std::size_t used = 0;
  while (used < received.size() && !complete() && !refused_) {
    const auto rest = received.substr(used);
    if (framing_ == framing::chunked) {
      const auto found = chunks_.next(rest);
      used += found.consumed;
      keep(found.data);
      if (chunks_.malformed())
        refused_ = error{error_code::bad_request, "The chunks of the body are malformed"};
    } else {
      const auto data = rest.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, rest.size())));
      used += data.size();
      left_ -= data.size();
      keep(data);
    }
  }
  return used;
}

std::unique_ptr<request_body> body_reader::finish() {
  try {
    return collector_.finish();
  } catch (const failure& failed) {
    refused_ = failed.why();
    return nullptr;
  }
}

void body_reader::keep(std::string_view data) {
  if (data.size() > limit_ - collector_.size()) {
    refused_ = body_too_large(limit_);
    return;
  }
  guarded([&] { collector_.add(data); });
}

} // namespace troupe::http
