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

/// Everything of a level that lies below a resource, in the order of arrival of what lies between.
void for_each_below(const read_transaction& from, const resource& above, resource_level level,
                    const std::function<bool(const resource&)>& visit);
/// The parent, grandparent or itself that is of a level, which must not be below it; nothing where a record is damaged.
std::optional<resource> find_above(const read_transaction& from, resource of, resource_level level);

/// Of a resource and all below it; `dicom`: of the instances' own files only.
struct resource_statistics {
  std::array<std::uint64_t, 4> count{}; ///< resources below it, by level
  std::uint64_t dicom_disk_bytes = 0;
  std::uint64_t dicom_uncompressed_bytes = 0;
  std::uint64_t disk_bytes = 0;
  std::uint64_t uncompressed_bytes = 0;
};

/// Costs a look at each instance.
resource_statistics statistics_of(const read_transaction& from, const resource& of);
/// Keys of the children, in the order of arrival.
void for_each_child_key(const read_transaction& from, resource_key parent,
                        const std::function<bool(resource_key)>& visit);
/// Keys of the resources of a level, in the order of arrival.
void for_each_key(const read_transaction& from, resource_level level, const std::function<bool(resource_key)>& visit);
/// The name of a resource, without reading its record.
std::optional<orthanc_id> find_id(const read_transaction& from, resource_level level, resource_key key);

std::optional<instance_facts> find_instance(const read_transaction& from, resource_key instance);

/// Complete where the indices of the instances are exactly 1 to the expected number. Costs a look at each of them.
series_status status_of(const read_transaction& from, const resource& series);

/// Totals, kept as counters: cost does not grow with the index.
index_statistics statistics(const read_transaction& from);

} // namespace troupe::persistence
