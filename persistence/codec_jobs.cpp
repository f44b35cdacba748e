#include "persistence/bytes.hpp"
#include "persistence/codec.hpp"

#include <chrono>

namespace troupe::persistence {
namespace {

constexpr std::uint8_t version = 1;
constexpr std::uint8_t job_version = 2; ///< 2: retries

/// A job with this policy and no retry has one byte for both. The numbers are part of the format, whatever the default
/// of a `retry_policy` becomes.
constexpr retry_policy no_retries{
  .max_retries = 0, .delay = std::chrono::milliseconds{10'000}, .delay_max = std::chrono::milliseconds{3'600'000}};

bool has_retries(const job_row& row) {
  return row.retry != no_retries || row.retries != 0;
}

void put_retries(encoder& to, const job_row& row) {
  const bool has = has_retries(row);
  to.flag(has);
  if (has) {
    to.number(row.retry.max_retries).number(std::int64_t{row.retry.delay.count()});
    to.number(std::int64_t{row.retry.delay_max.count()}).number(row.retries);
  }
}

void get_retries(decoder& from, job_row& row) {
  row.retry = no_retries;
  if (from.version() < 2 || !from.flag()) {
    return;
  }
  row.retry.max_retries = from.number<std::uint32_t>();
  row.retry.delay = std::chrono::milliseconds{from.number<std::int64_t>()};
  row.retry.delay_max = std::chrono::milliseconds{from.number<std::int64_t>()};
  row.retries = from.number<std::uint32_t>();
  from.require(has_retries(row));
}

} // namespace

std::string encode(const stored_job& job) {
  const auto& row = job.row;
  encoder to(job_version, 192);
  to.uuid(row.id);
  to.number(static_cast<std::uint8_t>(row.phase)).number(row.priority).number(row.epoch);
  to.number(row.attempts).number(row.crashes).time(row.created).time(row.changed);
  to.time(row.completed).time(row.not_before);
  to.number(row.runtime.count()).number(row.steps_total).number(row.cursor).number(row.failed_items);
  to.number(static_cast<std::int32_t>(row.code)).flag(row.streamed).flag(row.transient);
  to.number(job.completion).text(row.type).text(row.lane);
  put_retries(to, row);
  return std::move(to).take();
}

std::optional<stored_job> decode_job(job_sequence sequence, std::string_view bytes) {
  decoder from(bytes, 1, job_version);
  stored_job job;
  auto& row = job.row;
  row.sequence = sequence;
  row.id = from.uuid();
  row.phase = from.enumerator(from.version() < 2 ? job_phase::failure : job_phase::yielded);
  row.priority = from.number<std::int32_t>();
  row.epoch = from.number<epoch_number>();
  row.attempts = from.number<std::uint32_t>();
  row.crashes = from.number<std::uint32_t>();
  row.created = from.time();
  row.changed = from.time();
  row.completed = from.optional_time();
  row.not_before = from.optional_time();
  row.runtime = microseconds{from.number<std::int64_t>()};
  row.steps_total = from.number<std::uint64_t>();
  row.cursor = from.number<std::uint64_t>();
  row.failed_items = from.number<std::uint64_t>();
  row.code = static_cast<error_code>(from.number<std::int32_t>());
  row.streamed = from.flag();
  row.transient = from.flag();
  job.completion = from.number<std::uint64_t>();
  row.type = from.text();
  row.lane = from.text();
  get_retries(from, row);
  from.require(is_final(row.phase) == (job.completion != 0));
  return from.complete() ? std::optional{std::move(job)} : std::nullopt;
}

std::optional<job_glimpse> glimpse_job(std::string_view bytes) {
  decoder from(bytes, 1, job_version);
  from.raw(16);
  job_glimpse seen;
  seen.phase = from.enumerator(job_phase::yielded);
  from.raw(sizeof(std::int32_t) + sizeof(epoch_number) + 2 * sizeof(std::uint32_t));
  seen.created = from.time();
  return from.good() ? std::optional{seen} : std::nullopt;
}

std::string encode(const job_result& result) {
  encoder to(version);
  to.text(result.error_details).flag(result.content.has_value());
  if (result.content) {
    to.text(*result.content);
  }
  return std::move(to).take();
}

std::optional<job_result> decode_result(std::string_view bytes) {
  decoder from(bytes, version);
  job_result result;
  result.error_details = from.text();
  if (from.flag()) {
    result.content = from.text();
  }
  return from.complete() ? std::optional{std::move(result)} : std::nullopt;
}

std::string encode(const item_failure& failure) {
  encoder to(version);
  const auto& why = failure.why;
  to.number(static_cast<std::int32_t>(why.code())).number(static_cast<std::int32_t>(why.http_status()));
  to.text(why.details()).flag(failure.dimse_status.has_value());
  if (failure.dimse_status) {
    to.number(*failure.dimse_status);
  }
  return std::move(to).take();
}

std::optional<item_failure> decode_item_failure(std::string_view bytes) {
  decoder from(bytes, version);
  const auto code = static_cast<error_code>(from.number<std::int32_t>());
  const auto http_status = from.number<std::int32_t>();
  item_failure failure;
  failure.why = error(code, std::string(from.text()));
  if (failure.why.http_status() != http_status) {
    failure.why = std::move(failure.why).with_status(http_status);
  }
  if (from.flag()) {
    failure.dimse_status = from.number<std::uint16_t>();
  }
  return from.complete() ? std::optional{std::move(failure)} : std::nullopt;
}

std::string encode(const numbered_output& numbered) {
  const auto& output = numbered.output;
  encoder to(version);
  to.number(numbered.number).text(output.media_type).text(output.filename).number(output.size_bytes).text(output.etag);
  const auto* file = std::get_if<std::filesystem::path>(&output.body);
  to.flag(file != nullptr).text(file ? file->native() : std::get<std::string>(output.body));
  return std::move(to).take();
}

std::optional<numbered_output> decode_output(std::string_view name, std::string_view bytes) {
  decoder from(bytes, version);
  numbered_output numbered;
  auto& output = numbered.output;
  output.name = name;
  numbered.number = from.number<std::uint64_t>();
  output.media_type = from.text();
  output.filename = from.text();
  output.size_bytes = from.number<std::uint64_t>();
  output.etag = from.text();
  if (from.flag()) {
    output.body = std::filesystem::path(from.text());
  } else {
    output.body = std::string(from.text());
  }
  return from.complete() ? std::optional{std::move(numbered)} : std::nullopt;
}

} // namespace troupe::persistence
