#include "persistence/bytes.hpp"
#include "persistence/codec.hpp"

#include <algorithm>

namespace troupe::persistence {
namespace {

constexpr std::uint8_t version = 1;

encoder& put_time(encoder& to, const std::optional<time_point>& time) {
  to.flag(time.has_value());
  return time ? to.time(*time) : to;
}

std::optional<time_point> get_time(decoder& from) {
  return from.flag() ? std::optional{from.time()} : std::nullopt;
}

std::string get_uuid(decoder& from) {
  const auto bytes = from.raw(16);
  uuid_bytes uuid{};
  std::copy(bytes.begin(), bytes.end(), uuid.begin());
  return uuid_text(uuid);
}

} // namespace

std::string encode(const stored_job& job) {
  const auto& row = job.row;
  encoder to(version);
  to.raw(uuid_key(row.id).value_or(std::string(16, '\0')));
  to.number(static_cast<std::uint8_t>(row.phase)).number(row.priority).number(row.epoch);
  to.number(row.attempts).number(row.crashes).time(row.created).time(row.changed);
  put_time(to, row.completed);
  put_time(to, row.not_before);
  to.number(row.runtime.count()).number(row.steps_total).number(row.cursor).number(row.failed_items);
  to.number(static_cast<std::int32_t>(row.code)).flag(row.streamed).flag(row.transient);
  to.number(job.completion).text(row.type).text(row.lane);
  return std::move(to).take();
}

std::optional<stored_job> decode_job(job_sequence sequence, std::string_view bytes) {
  decoder from(bytes, version);
  stored_job job;
  auto& row = job.row;
  row.sequence = sequence;
  row.id.text = get_uuid(from);
  row.phase = from.enumerator(job_phase::failure);
  row.priority = from.number<std::int32_t>();
  row.epoch = from.number<epoch_number>();
  row.attempts = from.number<std::uint32_t>();
  row.crashes = from.number<std::uint32_t>();
  row.created = from.time();
  row.changed = from.time();
  row.completed = get_time(from);
  row.not_before = get_time(from);
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
  from.require(is_final(row.phase) == (job.completion != 0));
  return from.complete() ? std::optional{std::move(job)} : std::nullopt;
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
