/// \file
/// UUIDs (RFC 9562): time-ordered ones for jobs, random ones for stored files.
#pragma once

#include "core/clock.hpp"

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace troupe {

/// 16 bytes in the order in which the text shows them.
using uuid_bytes = std::array<std::uint8_t, 16>;

/// 36 characters, lower case.
std::string uuid_text(const uuid_bytes& bytes);

/// The bytes of a UUID of any version; nothing for any other text. Upper case is refused, so that a name has one
/// spelling.
std::optional<uuid_bytes> parse_uuid(std::string_view text);

/// A UUID of version 4. Throws `failure` if the machine gives no random numbers.
std::string random_uuid();

/// Makes UUIDs of version 7: milliseconds, a counter of 26 bits that begins anew at a random value each millisecond, 48
/// random bits. Each is greater than the one before, whatever the clock does. Any thread.
class uuid_v7_source final : public job_id_source {
public:
  /// `time` must outlive the source.
  explicit uuid_v7_source(const clock& time) : time_(time) {}

  /// Throws `failure` if the machine gives no random numbers.
  job_id next() override;

private:
  void draw(std::span<std::uint8_t> bytes);
  std::uint32_t first_count();

  const clock& time_;
  std::mutex mutex_;
  std::array<std::uint8_t, 512> random_{}; ///< drawn at once: each draw has a price of its own
  std::size_t drawn_ = random_.size();     ///< of them
  std::uint64_t milliseconds_ = 0;
  std::uint32_t counter_ = 0;
};

} // namespace troupe
