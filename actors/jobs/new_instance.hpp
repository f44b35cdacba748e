/// \file
/// Instances that jobs make: the file on the disk, and the change of the index that brings it in.
#pragma once

#include "actors/jobs/builtin.hpp"
#include "core/instance_summary.hpp"
#include "persistence/batch.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace troupe::jobs {

/// Where an instance comes from.
struct instance_origin {
  std::string name = "RestApi";
  std::string remote_ip; ///< empty if unknown
};

/// Stores the file under a new number (`persistence::store_content`). What it returns belongs into the `writes` of the
/// step at once: a file whose change is never committed is removed by the engine, or by the next start. Throws
/// `failure`, leaving no file: `full_storage` also where less than the reserve would be left.
persistence::add_instance write_instance(const job_surroundings& around, std::span<const std::byte> file,
                                         instance_summary summary, const instance_origin& origin);

} // namespace troupe::jobs
