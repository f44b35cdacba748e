/// \file
/// Replies that were sent and stay true until something changes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace troupe::http {

/// Finds the bytes of a reply by the bytes of a whole request head: two requests that are the same to the last byte get
/// the same answer as long as the state is the same that the answer was made of. Those asked for longest ago are
/// forgotten first. Any thread.
class reply_cache {
public:
  using bytes = std::shared_ptr<const std::string>;

  /// `limit_bytes`: of all replies, their heads and what it takes to keep them.
  explicit reply_cache(std::size_t limit_bytes) : limit_(limit_bytes / shard_count) {}

  /// What was kept for this request in this state; null if there is nothing.
  bytes find(std::string_view request_head, std::uint64_t state);
  /// Keeps a reply, unless it would take too much of the room.
  void keep(std::string_view request_head, std::uint64_t state, bytes reply);

private:
  static constexpr std::size_t shard_count = 16; ///< so that the threads seldom meet at a lock

  struct entry {
    std::string request_head;
    std::uint64_t state = 0;
    bytes reply;
    std::size_t size() const;
  };

  struct shard {
    std::mutex mutex;
    std::list<entry> by_use; ///< the latest first
    std::unordered_map<std::string_view, std::list<entry>::iterator> by_head;
    std::size_t bytes = 0;

    void remove(std::list<entry>::iterator which);
  };

  shard& shard_of(std::string_view request_head) {
    return shards_[std::hash<std::string_view>()(request_head) % shard_count];
  }

  const std::size_t limit_; ///< of each shard
  std::array<shard, shard_count> shards_;
};

} // namespace troupe::http
