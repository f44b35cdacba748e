#include "core/packed_row.hpp"

#include <algorithm>
#include <limits>

namespace troupe {

namespace {

std::uint32_t milliseconds_of(std::chrono::milliseconds time) {
  return static_cast<std::uint32_t>(
    std::clamp<std::int64_t>(time.count(), 0, std::numeric_limits<std::uint32_t>::max()));
}

} // namespace

packed_row packed_row::pack(const job_row& row, lane_book& names) {
  packed_row packed;
  packed.id = parse_uuid(row.id.text).value_or(uuid_bytes{});
  packed.created = row.created;
  packed.changed = row.changed;
  packed.not_before = row.not_before.value_or(time_point{});
  packed.runtime = row.runtime;
  packed.epoch = row.epoch;
  packed.steps_total = row.steps_total;
  packed.cursor = row.cursor;
  packed.failed_items = row.failed_items;
  packed.attempts = row.attempts;
  packed.crashes = row.crashes;
  packed.max_retries = row.retry.max_retries;
  packed.retry_delay_ms = milliseconds_of(row.retry.delay);
  packed.retry_delay_max_ms = milliseconds_of(row.retry.delay_max);
  packed.retries = row.retries;
  packed.priority = row.priority;
  packed.code = row.code;
  packed.type = names.type(row.type);
  packed.lane = names.enter(row.lane);
  packed.phase = row.phase;
  packed.streamed = row.streamed;
  packed.transient = row.transient;
  return packed;
}

job_row packed_row::unpack(job_sequence job, const lane_book& names) const {
  job_row row;
  row.sequence = job;
  row.id.text = uuid_text(id);
  row.type = names.type_name(type);
  row.lane = names.name(lane);
  row.phase = phase;
  row.priority = priority;
  row.epoch = epoch;
  row.attempts = attempts;
  row.crashes = crashes;
  row.created = created;
  row.changed = changed;
  if (is_final(phase))
    row.completed = changed; // nothing changes behind the end
  if (not_before != time_point{})
    row.not_before = not_before;
  row.runtime = runtime;
  row.steps_total = steps_total;
  row.cursor = cursor;
  row.failed_items = failed_items;
  row.code = code;
  row.retry = retry();
  row.retries = retries;
  row.streamed = streamed;
  row.transient = transient;
  return row;
}

retry_policy packed_row::retry() const {
  return {max_retries, std::chrono::milliseconds{retry_delay_ms}, std::chrono::milliseconds{retry_delay_max_ms}};
}

} // namespace troupe
