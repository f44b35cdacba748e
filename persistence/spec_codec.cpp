#include "persistence/spec_codec.hpp"

#include "persistence/bytes.hpp"

#include <algorithm>

namespace troupe::persistence {
namespace {

constexpr std::uint8_t version = 1;
/// What is left of a chunk for a piece of the head behind the version, the number of head chunks and the number of
/// items.
constexpr std::size_t piece_bytes = max_chunk_bytes - 16;

void add_head_chunks(std::vector<std::string>& chunks, const job_spec& spec) {
  const auto head = std::move(encoder(version).text(spec.arguments).text(spec.content).text(spec.user_data)).take();
  const auto count = (head.size() + piece_bytes - 1) / piece_bytes;
  for (std::size_t i = 0; i < count; ++i) {
    encoder to(version);
    if (i == 0) {
      to.number(static_cast<std::uint32_t>(count)).number(static_cast<std::uint64_t>(spec.items.size()));
    }
    chunks.push_back(std::move(to.raw(std::string_view(head).substr(i * piece_bytes, piece_bytes))).take());
  }
}

} // namespace

std::vector<std::string> encode_spec(const job_spec& spec) {
  std::vector<std::string> chunks;
  add_head_chunks(chunks, spec);
  encoder to(version);
  bool empty = true;
  for (const auto& item : spec.items) {
    if (!empty && to.size() + 4 + item.size() > max_chunk_bytes) {
      chunks.push_back(std::move(to).take());
      to = encoder(version);
    }
    to.text(item);
    empty = false;
  }
  if (!empty) {
    chunks.push_back(std::move(to).take());
  }
  return chunks;
}

bool spec_decoder::add(std::string_view chunk) {
  return has_head() ? add_items(chunk) : add_head(chunk);
}

bool spec_decoder::add_head(std::string_view chunk) {
  decoder from(chunk, version);
  const bool is_first = head_.empty();
  const auto head_chunks = is_first ? from.number<std::uint32_t>() : head_chunks_left_;
  const auto items = is_first ? from.number<std::uint64_t>() : item_count_;
  if (!from.good() || from.rest().empty() || head_chunks == 0) {
    return false;
  }
  head_chunks_left_ = head_chunks - 1;
  item_count_ = items;
  head_.append(from.rest());
  if (head_chunks_left_ > 0) {
    return true;
  }
  decoder head(head_, version);
  spec_.arguments = head.text();
  spec_.content = head.text();
  spec_.user_data = head.text();
  has_head_ = head.complete();
  return has_head_;
}

bool spec_decoder::add_items(std::string_view chunk) {
  decoder from(chunk, version);
  while (from.good() && !from.rest().empty() && spec_.items.size() < item_count_) {
    const auto item = from.text();
    if (from.good()) {
      spec_.items.emplace_back(item);
    }
  }
  return from.complete();
}

std::optional<job_spec> spec_decoder::take() && {
  return has_head() ? std::optional{std::move(spec_)} : std::nullopt;
}

} // namespace troupe::persistence
