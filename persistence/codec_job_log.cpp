#include "persistence/bytes.hpp"
#include "persistence/codec.hpp"

namespace troupe::persistence {
namespace {

constexpr std::uint8_t version = 1;

} // namespace

std::string encode(const job_attempt_record& attempt) {
  encoder to(version);
  to.time(attempt.started).time(attempt.ended).number(attempt.steps_done);
  to.number(static_cast<std::int32_t>(attempt.code)).text(attempt.details);
  return std::move(to).take();
}

std::optional<job_attempt_record> decode_attempt(std::uint32_t number, std::string_view bytes) {
  decoder from(bytes, version);
  job_attempt_record attempt;
  attempt.number = number;
  attempt.started = from.time();
  attempt.ended = from.time();
  attempt.steps_done = from.number<std::uint64_t>();
  attempt.code = static_cast<error_code>(from.number<std::int32_t>());
  attempt.details = from.text();
  return from.complete() ? std::optional{std::move(attempt)} : std::nullopt;
}

std::string encode(const job_event_record& event) {
  encoder to(version, 96);
  to.time(event.time).number(event.sequence).uuid(event.id).number(static_cast<std::uint8_t>(event.phase));
  to.flag(event.removed).number(event.attempts).number(event.priority).number(static_cast<std::int32_t>(event.code));
  to.text(event.type);
  return std::move(to).take();
}

std::optional<job_event_record> decode_job_event(std::uint64_t number, std::string_view bytes) {
  decoder from(bytes, version);
  job_event_record event;
  event.number = number;
  event.time = from.time();
  event.sequence = from.number<job_sequence>();
  event.id = from.uuid();
  event.phase = from.enumerator(job_phase::yielded);
  event.removed = from.flag();
  event.attempts = from.number<std::uint32_t>();
  event.priority = from.number<std::int32_t>();
  event.code = static_cast<error_code>(from.number<std::int32_t>());
  event.type = from.text();
  return from.complete() ? std::optional{std::move(event)} : std::nullopt;
}

std::string encode(const idempotent_job& job) {
  return std::move(encoder(version).uuid(job.id).time(job.expires).text(job.fingerprint)).take();
}

std::optional<idempotent_job> decode_idempotent_job(std::string_view bytes) {
  decoder from(bytes, version);
  idempotent_job job;
  job.id = from.uuid();
  job.expires = from.time();
  job.fingerprint = from.text();
  return from.complete() ? std::optional{std::move(job)} : std::nullopt;
}

std::string encode(const lane_setting& lane) {
  return std::move(encoder(version).number(lane.limit).flag(lane.paused)).take();
}

std::optional<lane_setting> decode_lane(std::string_view name, std::string_view bytes) {
  decoder from(bytes, version);
  lane_setting lane;
  lane.name = name;
  lane.limit = from.number<std::uint32_t>();
  lane.paused = from.flag();
  return from.complete() ? std::optional{std::move(lane)} : std::nullopt;
}

} // namespace troupe::persistence
