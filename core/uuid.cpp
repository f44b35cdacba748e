#include "core/uuid.hpp"

#include "core/hex_text.hpp"

#include <algorithm>
#include <openssl/rand.h>
#include <span>

namespace troupe {

namespace {

constexpr std::uint64_t milliseconds_max = (std::uint64_t{1} << 48) - 1;
constexpr std::uint32_t counter_max = (1U << 26) - 1;

void fill_random(std::span<std::uint8_t> bytes) {
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw failure({error_code::internal_error, "the machine gives no random numbers"});
}

void set_version(uuid_bytes& bytes, std::uint8_t version) {
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | version << 4);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
}

bool is_hyphen_place(std::size_t place) {
  return place == 8 || place == 13 || place == 18 || place == 23;
}

} // namespace

std::string uuid_text(const uuid_bytes& bytes) {
  return hex_text(bytes, is_hyphen_place);
}

std::optional<uuid_bytes> parse_uuid(std::string_view text) {
  uuid_bytes bytes{};
  if (text.size() != 36 || !parse_hex_text(text, is_hyphen_place, bytes))
    return std::nullopt;
  return bytes;
}

std::string random_uuid() {
  uuid_bytes bytes{};
  fill_random(bytes);
  set_version(bytes, 4);
  return uuid_text(bytes);
}

void uuid_v7_source::draw(std::span<std::uint8_t> bytes) {
  if (random_.size() - drawn_ < bytes.size()) {
    fill_random(random_);
    drawn_ = 0;
  }
  std::copy_n(random_.begin() + static_cast<std::ptrdiff_t>(drawn_), bytes.size(), bytes.begin());
  drawn_ += bytes.size();
}

// The upper bit stays 0, so that at least 2^25 names of a millisecond follow.
std::uint32_t uuid_v7_source::first_count() {
  std::array<std::uint8_t, 4> bytes{};
  draw(bytes);
  const auto count = static_cast<std::uint32_t>(bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]);
  return count & (counter_max >> 1);
}

job_id uuid_v7_source::next() {
  const std::lock_guard lock(mutex_);
  const auto since_1970 = std::chrono::floor<std::chrono::milliseconds>(time_.now()).time_since_epoch().count();
  const auto now = std::min(static_cast<std::uint64_t>(std::max<std::int64_t>(since_1970, 0)), milliseconds_max);
  if (now > milliseconds_) {
    milliseconds_ = now;
    counter_ = first_count();
  } else if (counter_ < counter_max) {
    ++counter_;
  } else { // the milliseconds run ahead of the clock rather than repeat
    ++milliseconds_;
    counter_ = first_count();
  }
  uuid_bytes bytes{};
  draw(std::span(bytes).subspan(10));
  for (std::size_t i = 0; i < 6; ++i)
    bytes[i] = static_cast<std::uint8_t>(milliseconds_ >> (40 - 8 * i));
  bytes[6] = static_cast<std::uint8_t>(counter_ >> 22);
  bytes[7] = static_cast<std::uint8_t>(counter_ >> 14);
  bytes[8] = static_cast<std::uint8_t>(counter_ >> 8 & 0x3F);
  bytes[9] = static_cast<std::uint8_t>(counter_);
  set_version(bytes, 7);
  return {uuid_text(bytes)};
}

} // namespace troupe
