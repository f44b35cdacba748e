/// \file
/// The cold half of a job as chunks: first the head (arguments, content, user data), then the items, whole ones only.
/// No chunk is above 2000 bytes, because LMDB gives larger values pages of their own.
#pragma once

#include "persistence/records.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::persistence {

inline constexpr std::size_t max_chunk_bytes = 2000;
/// The most that an item of a plan may have.
inline constexpr std::size_t max_item_bytes = 1024;

/// The chunks of a spec whose items are all within `max_item_bytes`.
std::vector<std::string> encode_spec(const job_spec& spec);

/// Puts a spec together again from its chunks, given in order.
class spec_decoder {
public:
  /// Takes the next chunk. False if it is not the chunk that belongs here.
  bool add(std::string_view chunk);

  /// True once the head is there; `take` then gives it, without those items that have not come.
  bool has_head() const noexcept { return has_head_; }

  /// True once all items are there.
  bool complete() const noexcept { return has_head() && spec_.items.size() == item_count_; }

  /// What is there; nothing without a readable head.
  std::optional<job_spec> take() &&;

private:
  bool add_head(std::string_view chunk);
  bool add_items(std::string_view chunk);

  bool has_head_ = false;
  std::uint32_t head_chunks_left_ = 0;
  std::uint64_t item_count_ = 0;
  std::string head_;
  job_spec spec_;
};

} // namespace troupe::persistence
