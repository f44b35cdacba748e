/// \file
/// Keys of the tables. Big-endian numbers, so that they sort as numbers.
#pragma once

#include <troupe/job.hpp>

#include "core/change_kind.hpp"
#include "core/job_phase.hpp"
#include "core/orthanc_id.hpp"
#include "core/uuid.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace troupe::persistence {

/// LMDB's limit for a key in bytes.
inline constexpr std::size_t max_key_bytes = 511;

/// Appends the `Bytes` low bytes of a number, the highest first.
template <std::size_t Bytes>
void append_number(std::string& to, std::uint64_t number) {
  std::array<char, Bytes> digits;
  for (std::size_t i = 0; i < Bytes; ++i) {
    digits[i] = static_cast<char>(number >> (8 * (Bytes - 1 - i)) & 0xFF);
  }
  to.append(digits.data(), Bytes);
}

inline std::string number_key(std::uint64_t number) {
  std::string key;
  append_number<8>(key, number);
  return key;
}

inline std::string pair_key(std::uint64_t first, std::uint64_t second) {
  auto key = number_key(first);
  append_number<8>(key, second);
  return key;
}

inline std::string time_key(time_point time) {
  return number_key(static_cast<std::uint64_t>(time.time_since_epoch().count()));
}

/// A patient at a time.
inline std::string recycling_key(time_point time, std::uint64_t patient) {
  auto key = time_key(time);
  append_number<8>(key, patient);
  return key;
}

/// A resource at a time; of those that share it the series comes first, the patient last.
inline std::string unstable_key(time_point time, resource_level level, std::uint64_t resource) {
  auto key = time_key(time);
  key.push_back(static_cast<char>(static_cast<int>(resource_level::instance) - static_cast<int>(level)));
  append_number<8>(key, resource);
  return key;
}

inline std::string kind_key(change_kind kind, std::uint64_t change) {
  std::string key(1, static_cast<char>(kind));
  append_number<8>(key, change);
  return key;
}

inline std::string chunk_key(std::uint64_t sequence, std::uint32_t chunk) {
  auto key = number_key(sequence);
  append_number<4>(key, chunk);
  return key;
}

inline std::string named_key(std::uint64_t sequence, std::string_view name) {
  return number_key(sequence).append(name);
}

inline std::string level_key(resource_level level, std::uint64_t resource) {
  std::string key(1, static_cast<char>(level));
  append_number<8>(key, resource);
  return key;
}

/// The bytes of an id; a level behind them makes the key of `resource_ids`.
inline std::string id_key(const orthanc_id& id) {
  return {id.bytes.begin(), id.bytes.end()};
}

inline std::string id_key(const orthanc_id& id, resource_level level) {
  auto key = id_key(id);
  key.push_back(static_cast<char>(level));
  return key;
}

/// What the keys of `job_index` begin with: the jobs of a type, of a lane, in a phase. A sequence follows, so a key
/// that begins like this and is longer belongs to a name that holds a zero byte.
inline std::string type_prefix(std::string_view type) {
  return std::string(1, 't').append(type).append(1, '\0');
}

inline std::string lane_prefix(std::string_view lane) {
  return std::string(1, 'l').append(lane).append(1, '\0');
}

inline std::string phase_prefix(job_phase phase) {
  return {'s', static_cast<char>(phase)};
}

/// Of metadata and attachments.
inline std::string typed_key(std::uint64_t resource, std::uint16_t type) {
  auto key = number_key(resource);
  append_number<2>(key, type);
  return key;
}

/// What the keys of `label_index` begin with: the resources that have a label, at one level. No label holds a zero
/// byte.
inline std::string label_prefix(std::string_view label, resource_level level) {
  return std::string(label).append(1, '\0').append(1, static_cast<char>(level));
}

inline std::string label_key(std::string_view label, resource_level level, std::uint64_t resource) {
  auto key = label_prefix(label, level);
  append_number<8>(key, resource);
  return key;
}

/// The number of 8 bytes at `offset` of a key; nothing if the key is too short.
inline std::optional<std::uint64_t> number_at(std::string_view key, std::size_t offset = 0) {
  if (key.size() < 8 || offset > key.size() - 8) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  for (const char byte : key.substr(offset, 8)) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  return number;
}

/// The number of 4 bytes that ends a key at `offset`.
inline std::optional<std::uint32_t> short_number_at(std::string_view key, std::size_t offset) {
  if (key.size() != offset + 4) {
    return std::nullopt;
  }
  std::uint32_t number = 0;
  for (const char byte : key.substr(offset)) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  return number;
}

/// The type that ends a key of `metadata` or `attachments`.
inline std::optional<std::uint16_t> type_at(std::string_view key) {
  if (key.size() != 10) {
    return std::nullopt;
  }
  return static_cast<std::uint16_t>(static_cast<unsigned char>(key[8]) << 8 | static_cast<unsigned char>(key[9]));
}

/// The 16 bytes of a job's name; nothing if it is not a UUID.
inline std::optional<std::string> uuid_key(const job_id& id) {
  const auto bytes = parse_uuid(id.text);
  return bytes ? std::optional<std::string>(std::in_place, bytes->begin(), bytes->end()) : std::nullopt;
}

} // namespace troupe::persistence
