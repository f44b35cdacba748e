/// \file
/// Time and names as interfaces, so that tests own both.
#pragma once

#include <troupe/job.hpp>

#include <chrono>

namespace troupe {

/// What time it is. The steady clock measures, the wall clock dates.
class clock {
public:
  virtual ~clock() = default;
  virtual time_point now() const = 0;
  virtual std::chrono::steady_clock::time_point steady() const = 0;
};

/// Makes the names of jobs, UUIDs of version 7 (RFC 9562 5.7), which sort by time within one process even if the wall
/// clock jumps back.
class job_id_source {
public:
  virtual ~job_id_source() = default;
  virtual job_id next() = 0;
};

/// The clock of the machine.
const clock& system_clock();

} // namespace troupe
