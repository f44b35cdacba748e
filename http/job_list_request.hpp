/// \file
/// What `GET /jobs` is asked for.
#pragma once

#include "http/exchange.hpp"
#include "persistence/job_query.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <optional>

namespace troupe::http {

struct job_list_request {
  persistence::job_filter which;
  std::optional<nlohmann::json> user_data; ///< equal to it
  std::optional<std::size_t> limit;
  persistence::job_sequence after = 0; ///< 0: from the beginning
  bool descending = false;
  bool expand = false;

  /// As Orthanc: all jobs.
  bool everything() const;
};

/// Reads the parameters. `parameter_out_of_range` with the name of the wrong one.
result<job_list_request> read_job_list_request(const exchange& with);

} // namespace troupe::http
