/// \file
/// One record of every kind with every field set.
#pragma once

#include "fixture.hpp"
#include "persistence/codec.hpp"
#include "persistence/spec_codec.hpp"

#include <string>
#include <utility>
#include <vector>

namespace troupe::persistence::testing {

/// With all that version 1 of the record held.
inline stored_job sample_job_before_retries() {
  stored_job job;
  job.row = row_of(7, job_phase::failure);
  job.row.priority = -3;
  job.row.epoch = 0x0000000500000002;
  job.row.attempts = 4;
  job.row.crashes = 1;
  job.row.completed = at(1'700'000'000'000'000);
  job.row.not_before = at(-1);
  job.row.runtime = microseconds{123456};
  job.row.cursor = 9;
  job.row.failed_items = 2;
  job.row.code = error_code::corrupted_file;
  job.row.streamed = true;
  job.row.transient = true;
  job.completion = 77;
  return job;
}

inline stored_job sample_job() {
  auto job = sample_job_before_retries();
  job.row.retry = {5, std::chrono::milliseconds{250}, std::chrono::milliseconds{60'000}};
  job.row.retries = 3;
  return job;
}

inline stored_job sample_yielded_job() {
  stored_job job;
  job.row = row_of(8, job_phase::yielded);
  return job;
}

inline job_attempt_record sample_attempt() {
  return {3, at(1'700'000'000'000'000), at(1'700'000'060'000'000), 17, error_code::timeout, "slow"};
}

inline job_event_record sample_event() {
  return {.number = 21,
          .time = at(1'700'000'000'000'000),
          .sequence = 7,
          .id = job_name(7),
          .type = "Archive",
          .phase = job_phase::yielded,
          .removed = true,
          .attempts = 4,
          .priority = -3,
          .code = error_code::corrupted_file};
}

inline idempotent_job sample_idempotent_job() {
  return {job_name(7), "fingerprint", at(1'700'000'000'000'000)};
}

inline lane_setting sample_lane() {
  return {"lane", 4, true};
}

inline job_result sample_result() {
  return {"no route to host", R"({"a":1})"};
}

inline item_failure sample_failure() {
  return {error(error_code::network_protocol, "refused").with_status(502), std::uint16_t{0xA700}};
}

inline numbered_output sample_output() {
  return {{"archive", "application/zip", "study.zip", 5, "1-2", std::filesystem::path("out1")}, 12};
}

inline numbered_output sample_small_output() {
  return {{"report", "text/plain", "", 3, "2-2", std::string("abc")}, 13};
}

inline resource sample_resource() {
  resource study;
  study.key = 2;
  study.level = resource_level::study;
  study.id = name_of(resource_level::study, 0x0102030405060708);
  study.parent = 1;
  study.tags = {{0x0020000d, "1.2.3"}, {0x00081030, "CT"}};
  study.patient_tags = {{0x00100020, "id"}};
  study.last_update = at(1'700'000'000'000'000);
  study.arrival = 4;
  study.instances = 5;
  study.unstable_since = at(1'600'000'000'000'000);
  return study;
}

inline resource sample_patient() {
  resource patient;
  patient.key = 2;
  patient.id = name_of(resource_level::patient, 0x0102030405060708);
  patient.tags = {{0x00100020, "id"}};
  patient.last_update = at(1'700'000'000'000'000);
  patient.arrival = 4;
  patient.instances = 5;
  patient.recyclable_since = at(1'600'000'000'000'000);
  return patient;
}

inline export_record sample_export() {
  return {resource_level::series,
          name_of(resource_level::series, 9),
          "modality",
          at(1'700'000'000'000'000),
          {"id", "1.2", "1.2.3", ""}};
}

inline instance_facts sample_facts() {
  return {{0x1234, 5678, std::string(32, 'f'), "uuid"},
          "1.2.840.10008.1.2",
          "1.2.840.10008.5.1.4.1.1.2",
          1024,
          "OW",
          3,
          at(1'700'000'000'000'000),
          "DicomProtocol",
          "192.0.2.1"};
}

inline instance_facts sample_compressed_facts() {
  auto facts = sample_facts();
  facts.blob.compressed = {2345, std::string(32, 'c')};
  facts.blob.revision = 3;
  return facts;
}

inline instance_facts sample_small_facts() {
  auto facts = sample_compressed_facts();
  facts.blob.revision = 0;
  facts.blob.in_index = true;
  return facts;
}

inline stored_blob sample_attachment() {
  return {0x4321, 50, std::string(32, 'a'), "uuid", compressed_form{40, std::string(32, 'b')}, 2};
}

inline metadata_value sample_metadata() {
  return {"text", 5};
}

inline change_record sample_change() {
  return {change_kind::new_series, resource_level::series, name_of(resource_level::series, 9),
          at(1'700'000'000'000'000)};
}

inline counters sample_counters() {
  counters all;
  all.last_job = 1;
  all.last_completion = 2;
  all.last_output = 3;
  all.last_resource = 4;
  all.last_change = 5;
  all.last_blob = 6;
  all.low_water_blob = 7;
  all.totals = {{8, 9, 10, 11}, 12, 13};
  all.history_success = 14;
  all.last_event = 15;
  all.newest_created = at(16);
  all.created_disorder = microseconds{17};
  all.last_export = 18;
  return all;
}

inline job_spec sample_spec() {
  return {R"({"x":1})", R"({"y":2})", "\"user\"", {"first", "", "third"}};
}

/// The bytes of every kind of record, by name.
inline std::vector<std::pair<std::string, std::string>> encoded_samples() {
  const auto spec = encode_spec(sample_spec());
  return {{"job", encode(sample_job())},
          {"yielded job", encode(sample_yielded_job())},
          {"attempt", encode(sample_attempt())},
          {"job event", encode(sample_event())},
          {"idempotent job", encode(sample_idempotent_job())},
          {"lane", encode(sample_lane())},
          {"result", encode(sample_result())},
          {"item failure", encode(sample_failure())},
          {"output", encode(sample_output())},
          {"small output", encode(sample_small_output())},
          {"spec head", spec.at(0)},
          {"spec items", spec.at(1)},
          {"resource", encode(sample_resource())},
          {"patient", encode(sample_patient())},
          {"instance", encode(sample_facts())},
          {"compressed instance", encode(sample_compressed_facts())},
          {"instance in the index", encode(sample_small_facts())},
          {"attachment", encode(sample_attachment())},
          {"metadata", encode(sample_metadata())},
          {"change", encode(sample_change())},
          {"export", encode(sample_export())},
          {"counters", encode(sample_counters())},
          {"number", encode_number(0x0102030405060708)},
          {"key", encode_key("key")},
          {"id", encode_id(name_of(resource_level::series, 9))},
          {"u32", encode_u32(0x01020304)},
          {"flag", encode_flag(true)}};
}

/// Decodes bytes with the decoder of every kind of record and encodes again what that gave, by name.
inline std::vector<std::pair<std::string, std::string>> decoded_by_all(std::string_view bytes) {
  std::vector<std::pair<std::string, std::string>> read;
  const auto keep = [&](std::string name, const auto& record, auto encode_again) {
    if (record) {
      read.emplace_back(std::move(name), encode_again(*record));
    }
  };
  const auto again = [](const auto& record) { return encode(record); };
  keep("job", decode_job(7, bytes), again);
  keep("yielded job", decode_job(8, bytes), again);
  keep("attempt", decode_attempt(3, bytes), again);
  keep("job event", decode_job_event(21, bytes), again);
  keep("idempotent job", decode_idempotent_job(bytes), again);
  keep("lane", decode_lane("lane", bytes), again);
  keep("result", decode_result(bytes), again);
  keep("item failure", decode_item_failure(bytes), again);
  keep("output", decode_output("archive", bytes), again);
  keep("small output", decode_output("report", bytes), again);
  keep("resource", decode_resource(2, bytes), again);
  keep("patient", decode_resource(2, bytes), again);
  keep("instance", decode_instance(bytes), again);
  keep("compressed instance", decode_instance(bytes), again);
  keep("instance in the index", decode_instance(bytes), again);
  keep("attachment", decode_attachment(bytes), again);
  keep("metadata", decode_metadata(bytes), again);
  keep("change", decode_change(bytes), again);
  keep("export", decode_export(bytes), again);
  keep("counters", decode_counters(bytes), again);
  keep("number", decode_number(bytes), encode_number);
  keep("key", decode_key(bytes), encode_key);
  keep("id", decode_id(bytes), encode_id);
  keep("u32", decode_u32(bytes), encode_u32);
  keep("flag", decode_flag(bytes), encode_flag);
  return read;
}

} // namespace troupe::persistence::testing
