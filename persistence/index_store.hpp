/// \file
/// Reading the index of resources. Writing goes through persistence/batch.hpp.
#pragma once

#include "persistence/read_transaction.hpp"
#include "persistence/records.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace troupe::persistence {

/// A resource by its name, of that level only.
std::optional<resource> find_resource(const read_transaction& from, resource_level level, const orthanc_id& id);
/// A resource by its name, whatever its level.
std::optional<resource> find_resource(const read_transaction& from, const orthanc_id& id);
std::optional<resource> find_resource(const read_transaction& from, resource_key key);

/// Resources of a level in the order of arrival: skips `since`, calls `visit` until it returns false.
void for_each_resource(const read_transaction& from, resource_level level, std::uint64_t since,
                       const std::function<bool(const resource&)>& visit);
/// As above, without reading the records.
void for_each_id(const read_transaction& from, resource_level level, std::uint64_t since,
                 const std::function<bool(const orthanc_id&)>& visit);

/// Children in the order of arrival.
void for_each_child(const read_transaction& from, resource_key parent,
                    const std::function<bool(const resource&)>& visit);
/// Names of the children, in the order of arrival, without reading their records.
std::vector<orthanc_id> child_ids(const read_transaction& from, resource_key parent);

std::optional<instance_facts> find_instance(const read_transaction& from, resource_key instance);

/// Totals, kept as counters: cost does not grow with the index.
index_statistics statistics(const read_transaction& from);

} // namespace troupe::persistence
