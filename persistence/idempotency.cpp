#include "persistence/job_store.hpp"
#include "persistence/keys.hpp"
#include "persistence/lookup.hpp"
#include "persistence/writer.hpp"

#include <chrono>

namespace troupe::persistence {
namespace {

constexpr std::size_t max_name_bytes = 255;
constexpr std::chrono::hours lifetime{24};
constexpr std::size_t swept_at_once = 8;

/// Of a key in `idempotency_order`.
std::string order_key(time_point expires, std::string_view name) {
  return named_key(static_cast<std::uint64_t>(expires.time_since_epoch().count()), name);
}

void erase_name(writer& by, std::string_view name) {
  const auto bytes = by.rows().get(table::idempotency, name);
  const auto old = bytes ? decode_idempotent_job(*bytes) : std::nullopt;
  if (old) {
    by.to.erase(table::idempotency_order, order_key(old->expires, name));
    by.to.erase(table::idempotency, name);
  }
}

/// Forgets the names that have expired, some at a time: there are at least as many sweeps as names.
void sweep(writer& by, time_point now) {
  std::vector<std::string> expired;
  const auto end = order_key(now + microseconds{1}, {});
  for_each_with_prefix(by.rows(), table::idempotency_order, {}, [&](std::string_view key, std::string_view) {
    if (key >= end || expired.size() == swept_at_once) {
      return false;
    }
    expired.emplace_back(key);
    return true;
  });
  for (const auto& key : expired) {
    by.to.erase(table::idempotency_order, key);
    if (key.size() > 8) {
      by.to.erase(table::idempotency, std::string_view(key).substr(8));
    }
  }
}

} // namespace

error check_idempotency(const writer& by, const add_job& change) {
  const auto& name = change.idempotency_key;
  if (name.empty()) {
    return error_code::success;
  }
  if (name.size() > max_name_bytes || change.fingerprint.size() > max_name_bytes) {
    return {error_code::parameter_out_of_range, "an idempotency key or a fingerprint has more than 255 bytes"};
  }
  if (const auto old = load_idempotent_job(by.rows(), name); old && old->expires > change.row.created) {
    return {error_code::duplicate_resource, "the idempotency key has made job " + old->id.text + " already"};
  }
  return error_code::success;
}

void put_idempotency(writer& by, const add_job& change) {
  const auto& name = change.idempotency_key;
  if (name.empty()) {
    return;
  }
  erase_name(by, name);
  sweep(by, change.row.created);
  const idempotent_job made{change.row.id, change.fingerprint, change.row.created + lifetime};
  by.to.put(table::idempotency, name, encode(made));
  by.to.append(table::idempotency_order, order_key(made.expires, name), {});
}

std::optional<idempotent_job> find_idempotent_job(const read_transaction& from, std::string_view key, time_point now) {
  auto found = key.empty() ? std::nullopt : load_idempotent_job(from, key);
  return found && found->expires > now ? found : std::nullopt;
}

} // namespace troupe::persistence
