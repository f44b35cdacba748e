#include "persistence/job_store.hpp"
#include "persistence/keys.hpp"
#include "persistence/lookup.hpp"
#include "persistence/writer.hpp"

namespace troupe::persistence {
namespace {

constexpr std::uint64_t events_kept = 100'000;

void append_event(writer& by, const job_event_record& event) {
  const auto number = ++by.made.now.last_event;
  by.to.append(table::job_events, number_key(number), encode(event));
  // Numbers have no gaps, so one out for one in keeps the table at its size.
  if (number > events_kept) {
    by.to.erase(table::job_events, number_key(number - events_kept));
  }
}

job_event_record event_of(const job_row& row, time_point time) {
  job_event_record event;
  event.time = time;
  event.sequence = row.sequence;
  event.id = row.id;
  event.type = row.type;
  event.phase = row.phase;
  event.attempts = row.attempts;
  event.priority = row.priority;
  event.code = row.code;
  return event;
}

} // namespace

void note_change(writer& by, const job_row& row) {
  append_event(by, event_of(row, row.changed));
}

void note_removal(writer& by, const job_row& row, time_point at) {
  auto event = event_of(row, std::max(at, row.changed));
  event.removed = true;
  append_event(by, event);
}

void for_each_job_event(const read_transaction& from, std::uint64_t after,
                        const std::function<bool(job_event_record)>& visit) {
  const view rows(from);
  cursor at(rows, table::job_events);
  if (after == UINT64_MAX) {
    return;
  }
  for (bool more = at.seek(number_key(after + 1)); more; more = at.next()) {
    auto event = decode_job_event(number_at(at.key()).value_or(0), at.value());
    if (!event) {
      rows.origin().note_undecodable(table::job_events, at.key());
    } else if (!visit(*std::move(event))) {
      return;
    }
  }
}

std::pair<std::uint64_t, std::uint64_t> job_event_range(const read_transaction& from) {
  cursor at(from, table::job_events);
  const auto first = at.first() ? number_at(at.key()) : std::nullopt;
  const auto last = at.last() ? number_at(at.key()) : std::nullopt;
  return {first.value_or(0), last.value_or(0)};
}

} // namespace troupe::persistence
