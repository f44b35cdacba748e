/// \file
/// Keys of the tables. Big-endian numbers, so that they sort as numbers.
#pragma once

#include "core/orthanc_id.hpp"
#include "core/uuid.hpp"

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
  for (std::size_t i = Bytes; i-- > 0;) {
    to.push_back(static_cast<char>(number >> (8 * i) & 0xFF));
  }
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

/// The 16 bytes of a job's name; nothing if it is not a UUID.
inline std::optional<std::string> uuid_key(const job_id& id) {
  const auto bytes = parse_uuid(id.text);
  return bytes ? std::optional<std::string>(std::in_place, bytes->begin(), bytes->end()) : std::nullopt;
}

} // namespace troupe::persistence
