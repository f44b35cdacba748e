/// \file
/// The job types of this server.
#pragma once

#include <troupe/job_type.hpp>
#include <troupe/options.hpp>

#include "core/clock.hpp"
#include "persistence/database.hpp"

#include <string>
#include <vector>

namespace troupe {

/// What the job types work with. All of it must outlive them.
struct job_surroundings {
  persistence::database& database;
  const options& settings;
  const clock& time;
};

/// Steps at the same time for a type, as the option JobsEngineThreadsCount says.
unsigned window_of(const job_surroundings& around, const std::string& type);

/// The type, with arguments that its plan cannot read being refused by an error value instead of an exception.
job_type refusing_unreadable_arguments(job_type type);

/// All of them.
std::vector<job_type> builtin_job_types(const job_surroundings& around);

/// `Diagnostic`: only with the option `DiagnosticJobs`.
job_type diagnostic_job();

} // namespace troupe
