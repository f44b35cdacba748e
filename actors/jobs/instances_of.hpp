/// \file
/// From resources to the instances below them: how the plans of most job types begin.
#pragma once

#include <troupe/error.hpp>

#include "persistence/index_store.hpp"

#include <cstdint>
#include <functional>
#include <span>

namespace troupe::jobs {

/// Calls `visit` for each instance of the resources with its size in bytes, in the order of the resources and of
/// arrival, each instance once. `unknown_resource` if one does not exist.
result<void> instances_of(const persistence::read_transaction& from, std::span<const orthanc_id> resources,
                          const std::function<void(const persistence::resource&, std::uint64_t)>& visit);

} // namespace troupe::jobs
