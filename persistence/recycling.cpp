#include "persistence/keys.hpp"
#include "persistence/removal.hpp"

#include <algorithm>
#include <iterator>

namespace troupe::persistence {
namespace {

void put_patient(writer& by, const resource& patient) {
  by.to.put(table::resources, number_key(patient.key), encode(patient));
}

/// The patient whose row in `recycling` is the first behind `place`, which becomes that of his row. An update that came
/// after the row was written moves it: uploads leave rows alone.
std::optional<resource> next_in_order(writer& by, std::string& place) {
  for (;;) {
    cursor at(by.rows(), table::recycling);
    if (!at.seek(place + '\0')) {
      return std::nullopt;
    }
    const std::string row(at.key());
    const auto key = number_at(row, 8);
    auto patient = key ? load_resource(by.rows(), *key) : std::nullopt;
    if (!patient || !patient->recyclable_since || patient->last_update <= *patient->recyclable_since) {
      place = row;
      if (patient) {
        return patient;
      }
      continue;
    }
    by.to.erase(table::recycling, row);
    patient->recyclable_since = patient->last_update;
    by.to.put(table::recycling, recycling_key(patient->last_update, patient->key), {});
    put_patient(by, *patient);
  }
}

/// How far the limits are exceeded.
struct excess {
  std::uint64_t bytes = 0;
  std::uint64_t patients = 0;

  bool any() const noexcept { return bytes > 0 || patients > 0; }

  void reduce(std::uint64_t freed) noexcept {
    bytes -= std::min(bytes, freed);
    patients -= std::min<std::uint64_t>(patients, 1);
  }
};

std::uint64_t beyond(std::uint64_t limit, std::uint64_t held, std::uint64_t wanted) {
  return limit == 0 || held + wanted <= limit ? 0 : held + wanted - limit;
}

excess excess_with(const writer& by, const wanted_room& wanted) {
  const auto& totals = by.made.now.totals;
  return {beyond(by.limits.bytes, totals.disk_bytes, wanted.bytes),
          beyond(by.limits.patients, totals.count[0], wanted.patients)};
}

error storage_is_full() {
  return {error_code::full_storage, "The limits of the storage leave no room"};
}

/// Who must go, the one that was added to least recently first, and what of `over` remains with them gone.
std::vector<doomed> choose(writer& by, resource_key family, excess& over) {
  std::vector<doomed> chosen;
  std::string place;
  while (over.any()) {
    const auto patient = next_in_order(by, place);
    if (!patient) {
      break;
    }
    auto all =
      patient->key == family ? result<std::vector<doomed>>(storage_is_full()) : collect_below(by.rows(), patient->key);
    if (!all) { // spared, or damaged
      continue;
    }
    std::uint64_t freed = 0;
    for (const auto& one : *all) {
      freed += one.bytes();
    }
    std::ranges::move(*all, std::back_inserter(chosen));
    over.reduce(freed);
  }
  return chosen;
}

} // namespace

error make_room(writer& by, const wanted_room& wanted) {
  auto over = excess_with(by, wanted);
  if (!over.any()) {
    return error_code::success;
  }
  const bool hopeless = by.limits.bytes > 0 && wanted.bytes > by.limits.bytes;
  if (!by.limits.recycle || hopeless) {
    return storage_is_full();
  }
  const auto chosen = choose(by, wanted.family, over);
  if (over.any()) {
    return storage_is_full();
  }
  for (const auto& one : chosen) {
    erase(by, one);
  }
  return error_code::success;
}

result<outcome> apply(writer& by, const enforce_limits& /*change*/) {
  if (!by.limits.recycle || !excess_with(by, {}).any()) {
    return applied{false};
  }
  std::string place;
  const auto patient = next_in_order(by, place);
  const auto all = patient ? collect_below(by.rows(), patient->key) : std::vector<doomed>{};
  if (!all) { // others shall not go in the place of one who cannot
    return all.error();
  }
  for (const auto& one : *all) {
    erase(by, one);
  }
  return applied{patient.has_value()};
}

result<outcome> apply(writer& by, const protect_patient& change) {
  const auto key = load_number(by.rows(), table::resource_ids, id_key(change.id, resource_level::patient));
  auto patient = key ? load_resource(by.rows(), *key) : std::nullopt;
  if (!patient) {
    return applied{false};
  }
  if (patient->is_protected() == change.is_protected) {
    return applied{};
  }
  if (patient->recyclable_since) {
    by.to.erase(table::recycling, recycling_key(*patient->recyclable_since, patient->key));
    patient->recyclable_since.reset();
  } else {
    patient->recyclable_since = change.at;
    by.to.put(table::recycling, recycling_key(change.at, patient->key), {});
  }
  put_patient(by, *patient);
  return applied{};
}

} // namespace troupe::persistence
