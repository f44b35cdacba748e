#include "persistence/bytes.hpp"
#include "persistence/codec.hpp"

#include <algorithm>

namespace troupe::persistence {
namespace {

constexpr std::uint8_t version = 1;
/// Where `last_update` lies in a resource: behind the version and the level.
constexpr std::size_t last_update_at = 2;

encoder& put_id(encoder& to, const orthanc_id& id) {
  return to.raw(id_key(id));
}

orthanc_id get_id(decoder& from) {
  orthanc_id id;
  const auto bytes = from.raw(id.bytes.size());
  std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
  return id;
}

void put_tags(encoder& to, const tag_values& tags) {
  to.number(static_cast<std::uint32_t>(tags.size()));
  for (const auto& [tag, value] : tags) {
    to.number(tag).text(value);
  }
}

tag_values get_tags(decoder& from) {
  tag_values tags;
  const auto size = from.list_size(8);
  tags.reserve(size);
  for (std::uint32_t i = 0; i < size && from.good(); ++i) {
    const auto tag = from.number<dicom_tag>();
    tags.push_back({tag, std::string(from.text())});
  }
  return tags;
}

template <class Number>
void put_optional(encoder& to, const std::optional<Number>& value) {
  to.flag(value.has_value());
  if (value) {
    to.number(*value);
  }
}

template <class Number>
std::optional<Number> get_optional(decoder& from) {
  return from.flag() ? std::optional{from.number<Number>()} : std::nullopt;
}

} // namespace

std::string encode(const resource& resource) {
  encoder to(version);
  to.number(static_cast<std::uint8_t>(resource.level)).time(resource.last_update).number(resource.parent);
  put_id(to, resource.id);
  put_tags(to, resource.tags);
  put_tags(to, resource.patient_tags);
  return std::move(to).take();
}

std::optional<resource> decode_resource(resource_key key, std::string_view bytes) {
  decoder from(bytes, version);
  resource found;
  found.key = key;
  found.level = from.enumerator(resource_level::instance);
  found.last_update = from.time();
  found.parent = from.number<resource_key>();
  found.id = get_id(from);
  found.tags = get_tags(from);
  found.patient_tags = get_tags(from);
  from.require((found.level == resource_level::patient) == (found.parent == 0));
  return from.complete() ? std::optional{std::move(found)} : std::nullopt;
}

bool set_last_update(std::string& bytes, time_point to) {
  if (bytes.size() < last_update_at + 8 || bytes[0] != version) {
    return false;
  }
  bytes.replace(last_update_at, 8, number_key(static_cast<std::uint64_t>(to.time_since_epoch().count())));
  return true;
}

std::string encode(const instance_facts& facts) {
  encoder to(version);
  to.number(facts.blob.number).number(facts.blob.size_bytes).text(facts.blob.md5).text(facts.blob.uuid);
  to.text(facts.transfer_syntax).text(facts.sop_class);
  put_optional(to, facts.pixel_data_offset);
  to.text(facts.pixel_data_vr);
  put_optional(to, facts.index_in_series);
  to.time(facts.received).text(facts.origin).text(facts.remote_ip);
  return std::move(to).take();
}

std::optional<instance_facts> decode_instance(std::string_view bytes) {
  decoder from(bytes, version);
  instance_facts facts;
  facts.blob.number = from.number<blob_number>();
  facts.blob.size_bytes = from.number<std::uint64_t>();
  facts.blob.md5 = from.text();
  facts.blob.uuid = from.text();
  facts.transfer_syntax = from.text();
  facts.sop_class = from.text();
  facts.pixel_data_offset = get_optional<std::uint64_t>(from);
  facts.pixel_data_vr = from.text();
  facts.index_in_series = get_optional<std::uint32_t>(from);
  facts.received = from.time();
  facts.origin = from.text();
  facts.remote_ip = from.text();
  return from.complete() ? std::optional{std::move(facts)} : std::nullopt;
}

std::string encode(const change_record& change) {
  encoder to(version);
  to.number(static_cast<std::uint8_t>(change.kind)).number(static_cast<std::uint8_t>(change.level)).time(change.time);
  put_id(to, change.id);
  return std::move(to).take();
}

std::optional<change_record> decode_change(std::string_view bytes) {
  decoder from(bytes, version);
  change_record change;
  change.kind = from.enumerator(change_kind::new_patient);
  change.level = from.enumerator(resource_level::instance);
  change.time = from.time();
  change.id = get_id(from);
  return from.complete() ? std::optional{change} : std::nullopt;
}

std::string encode_id(const orthanc_id& id) {
  encoder to(version);
  put_id(to, id);
  return std::move(to).take();
}

std::optional<orthanc_id> decode_id(std::string_view bytes) {
  decoder from(bytes, version);
  const auto id = get_id(from);
  return from.complete() ? std::optional{id} : std::nullopt;
}

} // namespace troupe::persistence
