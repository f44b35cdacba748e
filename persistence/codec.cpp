#include "persistence/codec.hpp"

#include "persistence/bytes.hpp"

#include <tuple>

namespace troupe::persistence {
namespace {

constexpr std::uint8_t version = 1;
constexpr std::uint8_t counters_version = 3; ///< 2: the last event, times of creation; 3: the last export

/// Every number of the counters of version 1, in the order of their bytes.
template <class Counters>
auto numbers_of(Counters& all) {
  auto& totals = all.totals;
  return std::tie(all.last_job, all.last_completion, all.last_output, all.last_resource, all.last_change, all.last_blob,
                  all.low_water_blob, totals.count[0], totals.count[1], totals.count[2], totals.count[3],
                  totals.disk_bytes, totals.uncompressed_bytes, all.history_success);
}

} // namespace

bool operator==(const counters& a, const counters& b) {
  return numbers_of(a) == numbers_of(b) && a.last_event == b.last_event && a.newest_created == b.newest_created
         && a.created_disorder == b.created_disorder && a.last_export == b.last_export;
}

std::string encode(const counters& all) {
  encoder to(counters_version, 128);
  std::apply([&](auto... number) { (to.number(number), ...); }, numbers_of(all));
  to.number(all.last_event).time(all.newest_created).number(std::int64_t{all.created_disorder.count()});
  to.number(all.last_export);
  return std::move(to).take();
}

std::optional<counters> decode_counters(std::string_view bytes) {
  decoder from(bytes, 1, counters_version);
  counters all;
  std::apply([&](auto&... number) { ((number = from.number<std::uint64_t>()), ...); }, numbers_of(all));
  if (from.version() >= 2) {
    all.last_event = from.number<std::uint64_t>();
    all.newest_created = from.time();
    all.created_disorder = microseconds{from.number<std::int64_t>()};
    from.require(all.created_disorder.count() >= 0);
  }
  if (from.version() >= 3) {
    all.last_export = from.number<std::uint64_t>();
  }
  return from.complete() ? std::optional{all} : std::nullopt;
}

std::string encode_number(std::uint64_t number) {
  return std::move(encoder(version).number(number)).take();
}

std::optional<std::uint64_t> decode_number(std::string_view bytes) {
  decoder from(bytes, version);
  const auto number = from.number<std::uint64_t>();
  return from.complete() ? std::optional{number} : std::nullopt;
}

std::string encode_key(std::string_view key) {
  return std::move(encoder(version).raw(key)).take();
}

std::optional<std::string_view> decode_key(std::string_view bytes) {
  const decoder from(bytes, version);
  return from.good() && !from.rest().empty() ? std::optional{from.rest()} : std::nullopt;
}

std::string encode_u32(std::uint32_t number) {
  return std::move(encoder(version).number(number)).take();
}

std::optional<std::uint32_t> decode_u32(std::string_view bytes) {
  decoder from(bytes, version);
  const auto number = from.number<std::uint32_t>();
  return from.complete() ? std::optional{number} : std::nullopt;
}

std::string encode_flag(bool value) {
  return std::move(encoder(version).flag(value)).take();
}

std::optional<bool> decode_flag(std::string_view bytes) {
  decoder from(bytes, version);
  const auto value = from.flag();
  return from.complete() ? std::optional{value} : std::nullopt;
}

} // namespace troupe::persistence
