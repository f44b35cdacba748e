#include "http/instance_file.hpp"

#include "persistence/index_store.hpp"

namespace troupe::http {
namespace {

/// Adds the instances below a resource; false once there are enough.
bool add_below(const persistence::read_transaction& from, const persistence::resource& top, std::size_t most,
               std::vector<instance_below>& all) {
  if (top.level == resource_level::instance)
    all.push_back({top.id, top.key});
  else
    persistence::for_each_child(from, top.key,
                                [&](const persistence::resource& child) { return add_below(from, child, most, all); });
  return all.size() < most;
}

} // namespace

std::optional<persistence::instance_facts> facts_in_path(const exchange& with) {
  const auto id = orthanc_id::parse(with.path_parameter("id"));
  if (!id)
    return {};
  const auto from = with.server().database().read();
  const auto found = persistence::find_resource(from, resource_level::instance, *id);
  return found ? persistence::find_instance(from, found->key) : std::nullopt;
}

std::vector<instance_below> instances_in_path(const exchange& with, resource_level level, std::size_t most) {
  std::vector<instance_below> all;
  const auto id = orthanc_id::parse(with.path_parameter("id"));
  const auto from = with.server().database().read();
  if (const auto top = id ? persistence::find_resource(from, level, *id) : std::nullopt)
    add_below(from, *top, most, all);
  return all;
}

persistence::blob_content open_file(const exchange& with, const persistence::instance_facts& facts) {
  const timed reading(with.server().metrics().storage_read_duration_ms);
  return persistence::read_blob(with.server().database(), facts.blob);
}

std::optional<persistence::blob_content> open_file(const exchange& with, persistence::resource_key instance) {
  const timed reading(with.server().metrics().storage_read_duration_ms);
  return persistence::read_instance(with.server().database(), instance);
}

} // namespace troupe::http
