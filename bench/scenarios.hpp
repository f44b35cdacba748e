/// \file
/// What the load program can do to a server. bench/README.md defines the figures.
#pragma once

#include "bench/report.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace troupe::bench {

/// Where the instances of an upload come from.
struct upload_source {
  std::filesystem::path directory; ///< every file below it, in turn; empty: synthetic ones
  std::uint64_t pixel_bytes = 4096;
  std::uint64_t instances_per_series = 100;
};

/// POST /instances. A count of 0 means every file of the directory once.
report upload(load_settings how, const upload_source& from);

/// GET of the targets, in turn.
report get(const load_settings& how, const std::vector<std::string>& targets);

/// POST of the same body, JSON, to the targets, in turn.
report post(const load_settings& how, const std::vector<std::string>& targets, const std::string& body);

/// Submits asynchronous archive jobs of the resources (`/studies/<id>`, in turn; none: all series of the server), then
/// waits until all have ended. The latencies are those of the submissions.
report submit_jobs(const load_settings& how, std::vector<std::string> resources);

/// Each connection submits an archive job, asks until it has ended, and goes on. The latencies are those of whole jobs.
report closed_jobs(const load_settings& how, std::vector<std::string> resources);

} // namespace troupe::bench
