/// \file
/// The alphabet of the records: numbers, texts and optional values as bytes, and back without trusting any of them.
#pragma once

#include <troupe/job.hpp>

#include "core/uuid.hpp"
#include "persistence/keys.hpp"

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace troupe::persistence {

/// Writes a record. Numbers are big-endian, texts have their length in front (4 bytes), optional values a flag.
class encoder {
public:
  /// Begins a record with its version.
  explicit encoder(std::uint8_t version, std::size_t expected_bytes = 0) {
    bytes_.reserve(expected_bytes);
    number(version);
  }

  template <std::integral Number>
  encoder& number(Number value) {
    append_number<sizeof(Number)>(bytes_, static_cast<std::uint64_t>(value));
    return *this;
  }

  encoder& flag(bool value) { return number<std::uint8_t>(value ? 1 : 0); }

  encoder& time(time_point value) { return number(value.time_since_epoch().count()); }

  encoder& raw(std::string_view value) {
    bytes_.append(value);
    return *this;
  }

  encoder& text(std::string_view value) { return number(static_cast<std::uint32_t>(value.size())).raw(value); }

  encoder& time(const std::optional<time_point>& value) {
    flag(value.has_value());
    return value ? time(*value) : *this;
  }

  /// The 16 bytes of a job's name; zeros if it is none.
  encoder& uuid(const job_id& id) {
    const auto bytes = parse_uuid(id.text).value_or(uuid_bytes{});
    bytes_.append(bytes.begin(), bytes.end());
    return *this;
  }

  std::size_t size() const noexcept { return bytes_.size(); }

  std::string take() && { return std::move(bytes_); }

private:
  std::string bytes_;
};

/// Reads a record. What lies outside of it reads as zero and makes `complete` false: look at that once, at the end.
class decoder {
public:
  /// Only records of `version` can be complete.
  decoder(std::string_view bytes, std::uint8_t version) : decoder(bytes, version, version) {}

  /// Only records of the versions from `oldest` to `newest` can be complete.
  decoder(std::string_view bytes, std::uint8_t oldest, std::uint8_t newest) : rest_(bytes) {
    version_ = number<std::uint8_t>();
    require(version_ >= oldest && version_ <= newest);
  }

  std::uint8_t version() const noexcept { return version_; }

  template <std::integral Number>
  Number number() {
    std::uint64_t value = 0;
    for (const char byte : raw(sizeof(Number))) {
      value = value << 8 | static_cast<unsigned char>(byte);
    }
    return static_cast<Number>(value);
  }

  bool flag() {
    const auto value = number<std::uint8_t>();
    require(value <= 1);
    return value == 1;
  }

  time_point time() { return time_point{microseconds{number<std::int64_t>()}}; }

  std::optional<time_point> optional_time() { return flag() ? std::optional{time()} : std::nullopt; }

  job_id uuid() {
    const auto bytes = raw(16);
    uuid_bytes uuid{};
    std::copy(bytes.begin(), bytes.end(), uuid.begin());
    return {uuid_text(uuid)};
  }

  /// The next `size` bytes; empty if there are fewer.
  std::string_view raw(std::size_t size) {
    require(size <= rest_.size());
    if (!good_) {
      return {};
    }
    const auto value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
  }

  std::string_view text() { return raw(number<std::uint32_t>()); }

  /// Number of entries of a list whose entries take at least `least_bytes` each.
  std::uint32_t list_size(std::size_t least_bytes) {
    const auto size = number<std::uint32_t>();
    require(size <= rest_.size() / least_bytes);
    return good_ ? size : 0;
  }

  /// A number that stands for an enumerator, `last` being the highest.
  template <class Enum>
  Enum enumerator(Enum last) {
    const auto value = number<std::underlying_type_t<Enum>>();
    require(value <= static_cast<std::underlying_type_t<Enum>>(last));
    return good_ ? static_cast<Enum>(value) : Enum{};
  }

  /// Says that the record is not what it should be.
  void require(bool holds) { good_ = good_ && holds; }

  bool good() const noexcept { return good_; }

  std::string_view rest() const noexcept { return rest_; }

  /// True if all was read, was there and made sense.
  bool complete() const noexcept { return good_ && rest_.empty(); }

private:
  std::string_view rest_;
  bool good_ = true;
  std::uint8_t version_ = 0;
};

} // namespace troupe::persistence
