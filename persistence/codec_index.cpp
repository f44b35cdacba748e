#include "persistence/bytes.hpp"
#include "persistence/codec.hpp"

#include <algorithm>

namespace troupe::persistence {
namespace {

constexpr std::uint8_t version = 1;
constexpr std::uint8_t resource_version = 2; ///< 2: arrival, number of instances, stability, protection
/// Where the state of a parent lies in a resource: behind the version and the level.
constexpr std::size_t parent_state_at = 2;
constexpr std::size_t parent_state_bytes = 3 * 8;
/// Stands for no time where a time has its place whether there is one or not.
constexpr time_point no_time = time_point::min();

encoder& put_fixed(encoder& to, const std::optional<time_point>& time) {
  return to.time(time.value_or(no_time));
}

std::optional<time_point> get_fixed(decoder& from) {
  const auto time = from.time();
  return time == no_time ? std::nullopt : std::optional(time);
}

void put_parent_state(encoder& to, const parent_state& state) {
  put_fixed(to.time(state.last_update), state.unstable_since).number(state.instances);
}

parent_state get_parent_state(decoder& from) {
  parent_state state;
  state.last_update = from.time();
  state.unstable_since = get_fixed(from);
  state.instances = from.number<std::uint64_t>();
  return state;
}

constexpr std::uint8_t instance_version = 3;   ///< 2: the form of the file; 3: the form says what may lie in the index
constexpr std::uint8_t attachment_version = 2; ///< as version 3 of an instance

/// What follows in a form. Before there were bits, the byte was a flag, and two flags followed.
enum form_bit : std::uint8_t { has_revision = 1, is_compressed = 2, is_in_index = 4, form_bits = 7 };

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

encoder& put_blob(encoder& to, const stored_blob& blob) {
  return to.number(blob.number).number(blob.size_bytes).text(blob.md5).text(blob.uuid);
}

stored_blob get_blob(decoder& from) {
  stored_blob blob;
  blob.number = from.number<blob_number>();
  blob.size_bytes = from.number<std::uint64_t>();
  blob.md5 = from.text();
  blob.uuid = from.text();
  return blob;
}

/// One byte for a file that is what came first, as it came.
void put_form(encoder& to, const stored_blob& blob) {
  const int bits =
    (blob.revision != 0 ? has_revision : 0) | (blob.compressed ? is_compressed : 0) | (blob.in_index ? is_in_index : 0);
  to.number(static_cast<std::uint8_t>(bits));
  if (blob.revision != 0) {
    to.number(blob.revision);
  }
  if (blob.compressed) {
    to.number(blob.compressed->size_bytes).text(blob.compressed->md5);
  }
}

void get_compressed(decoder& from, stored_blob& into) {
  into.compressed.emplace();
  into.compressed->size_bytes = from.number<std::uint64_t>();
  into.compressed->md5 = from.text();
}

void get_form(decoder& from, stored_blob& into) {
  const auto bits = from.number<std::uint8_t>();
  from.require((bits & ~form_bits) == 0);
  if ((bits & has_revision) != 0) {
    into.revision = from.number<std::uint64_t>();
    from.require(into.revision != 0);
  }
  if ((bits & is_compressed) != 0) {
    get_compressed(from, into);
  }
  into.in_index = (bits & is_in_index) != 0;
}

/// As forms were before there was anything in the index.
void get_old_form(decoder& from, stored_blob& into) {
  if (!from.flag()) {
    return;
  }
  into.revision = from.number<std::uint64_t>();
  if (from.flag()) {
    get_compressed(from, into);
  }
  from.require(into.compressed || into.revision != 0);
}

} // namespace

std::string encode(const resource& resource) {
  encoder to(resource_version);
  to.number(static_cast<std::uint8_t>(resource.level));
  if (resource.level == resource_level::instance) {
    to.time(resource.last_update);
  } else {
    put_parent_state(to, {resource.last_update, resource.unstable_since, resource.instances});
  }
  if (resource.level == resource_level::patient) {
    put_fixed(to, resource.recyclable_since);
  }
  to.number(resource.parent).number(resource.arrival);
  put_id(to, resource.id);
  put_tags(to, resource.tags);
  put_tags(to, resource.patient_tags);
  return std::move(to).take();
}

std::optional<resource> decode_resource(resource_key key, std::string_view bytes) {
  decoder from(bytes, version, resource_version);
  resource found;
  found.key = key;
  found.level = from.enumerator(resource_level::instance);
  const bool has_state = from.version() >= 2 && found.level != resource_level::instance;
  const auto state = has_state ? get_parent_state(from) : parent_state{from.time(), {}, 0};
  found.last_update = state.last_update;
  found.unstable_since = state.unstable_since;
  found.instances = state.instances;
  if (found.level == resource_level::patient) {
    found.recyclable_since = from.version() >= 2 ? get_fixed(from) : found.last_update;
  }
  found.parent = from.number<resource_key>();
  found.arrival = from.version() >= 2 ? from.number<std::uint64_t>() : 0;
  found.id = get_id(from);
  found.tags = get_tags(from);
  found.patient_tags = get_tags(from);
  from.require((found.level == resource_level::patient) == (found.parent == 0));
  return from.complete() ? std::optional{std::move(found)} : std::nullopt;
}

std::optional<parent_state> glimpse_parent(std::string_view bytes) {
  decoder from(bytes, resource_version);
  const auto level = from.enumerator(resource_level::instance);
  const auto state = get_parent_state(from);
  return from.good() && level != resource_level::instance ? std::optional(state) : std::nullopt;
}

void set_parent(std::string& bytes, const parent_state& to) {
  encoder state(resource_version);
  put_parent_state(state, to);
  bytes.replace(parent_state_at, parent_state_bytes, std::move(state).take().substr(1));
}

std::string encode(const instance_facts& facts) {
  encoder to(instance_version);
  put_blob(to, facts.blob).text(facts.transfer_syntax).text(facts.sop_class);
  put_optional(to, facts.pixel_data_offset);
  to.text(facts.pixel_data_vr);
  put_optional(to, facts.index_in_series);
  to.time(facts.received).text(facts.origin).text(facts.remote_ip);
  put_form(to, facts.blob);
  return std::move(to).take();
}

std::optional<instance_facts> decode_instance(std::string_view bytes) {
  decoder from(bytes, 1, instance_version);
  instance_facts facts;
  facts.blob = get_blob(from);
  facts.transfer_syntax = from.text();
  facts.sop_class = from.text();
  facts.pixel_data_offset = get_optional<std::uint64_t>(from);
  facts.pixel_data_vr = from.text();
  facts.index_in_series = get_optional<std::uint32_t>(from);
  facts.received = from.time();
  facts.origin = from.text();
  facts.remote_ip = from.text();
  if (from.version() >= 3) {
    get_form(from, facts.blob);
  } else if (from.version() == 2) {
    get_old_form(from, facts.blob);
  }
  return from.complete() ? std::optional{std::move(facts)} : std::nullopt;
}

std::string encode(const stored_blob& blob) {
  encoder to(attachment_version);
  put_form(put_blob(to, blob), blob);
  return std::move(to).take();
}

std::optional<stored_blob> decode_attachment(std::string_view bytes) {
  decoder from(bytes, version, attachment_version);
  auto blob = get_blob(from);
  if (from.version() >= 2) {
    get_form(from, blob);
  } else {
    get_old_form(from, blob);
  }
  return from.complete() ? std::optional{std::move(blob)} : std::nullopt;
}

std::string encode(const metadata_value& value) {
  return std::move(encoder(version, 13 + value.text.size()).number(value.revision).text(value.text)).take();
}

std::optional<metadata_value> decode_metadata(std::string_view bytes) {
  decoder from(bytes, version);
  metadata_value value;
  value.revision = from.number<std::uint64_t>();
  value.text = from.text();
  return from.complete() ? std::optional{std::move(value)} : std::nullopt;
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
  change.kind = from.enumerator(last_change_kind);
  change.level = from.enumerator(resource_level::instance);
  change.time = from.time();
  change.id = get_id(from);
  return from.complete() ? std::optional{change} : std::nullopt;
}

std::string encode(const export_record& one) {
  encoder to(version);
  to.number(static_cast<std::uint8_t>(one.level)).time(one.time);
  put_id(to, one.id);
  to.text(one.modality);
  for (const auto& identifier : one.identifiers) {
    to.text(identifier);
  }
  return std::move(to).take();
}

std::optional<export_record> decode_export(std::string_view bytes) {
  decoder from(bytes, version);
  export_record one;
  one.level = from.enumerator(resource_level::instance);
  one.time = from.time();
  one.id = get_id(from);
  one.modality = from.text();
  for (auto& identifier : one.identifiers) {
    identifier = from.text();
  }
  return from.complete() ? std::optional{std::move(one)} : std::nullopt;
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
