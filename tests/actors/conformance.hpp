/// \file
/// What the conformance suite knows of each type of job: how to prepare the world for it, what to ask of it, and how to
/// see what it has done.
#pragma once

#include "tests/actors/fixture.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace troupe::testing {

/// What the steps of one job have done, over all runs of the server.
struct witness {
  std::vector<std::uint64_t> began;        ///< the first step of each attempt that ran one
  std::map<std::uint64_t, unsigned> times; ///< by step
  std::uint64_t done = 0;                  ///< steps, repeated ones included
};

/// A type of job under test.
struct subject {
  job_type type; ///< finds the database of the run that it is called in
  std::uint64_t steps = 0;
  std::string arguments;
  std::vector<std::string> refused; ///< arguments that the plan must refuse
  std::function<void(run&)> prepare = [](run&) {};
  /// Looks at the effects of a job that ended in Success; `seen` is what its steps say.
  std::function<void(const run&, const job_id&, const witness& seen)> check;
};

/// All types: those of the server, `Diagnostic`, and one of each kind made of functions. `window`: of those that can.
std::vector<subject> subjects(unsigned window);

/// The type, with its steps being seen.
job_type watched(job_type type, std::shared_ptr<witness> by);

} // namespace troupe::testing
