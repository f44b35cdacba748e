#include "http/wire/reply_cache.hpp"

namespace troupe::http {
namespace {

/// Nodes of the list and the map, the control block of the reply.
constexpr std::size_t overhead_bytes = 256;
/// One reply may take at most this part of a shard.
constexpr std::size_t parts_min = 4;

} // namespace

std::size_t reply_cache::entry::size() const {
  return request_head.size() + reply->size() + overhead_bytes;
}

void reply_cache::shard::remove(std::list<entry>::iterator which) {
  bytes -= which->size();
  by_head.erase(which->request_head);
  by_use.erase(which);
}

reply_cache::bytes reply_cache::find(std::string_view request_head, std::uint64_t state) {
  auto& in = shard_of(request_head);
  const std::lock_guard lock(in.mutex);
  const auto found = in.by_head.find(request_head);
  if (found == in.by_head.end())
    return nullptr;
  if (found->second->state != state) {
    in.remove(found->second);
    return nullptr;
  }
  in.by_use.splice(in.by_use.begin(), in.by_use, found->second);
  return found->second->reply;
}

void reply_cache::keep(std::string_view request_head, std::uint64_t state, bytes reply) {
  entry added{std::string(request_head), state, std::move(reply)};
  if (added.size() > limit_ / parts_min)
    return;
  auto& in = shard_of(request_head);
  const std::lock_guard lock(in.mutex);
  if (const auto old = in.by_head.find(request_head); old != in.by_head.end())
    in.remove(old->second);
  in.bytes += added.size();
  in.by_use.push_front(std::move(added));
  in.by_head.emplace(in.by_use.front().request_head, in.by_use.begin());
  while (in.bytes > limit_)
    in.remove(std::prev(in.by_use.end()));
}

} // namespace troupe::http
