/// \file
/// What a run prints: a table for people, one line of JSON for programs.
#pragma once

#include "bench/load.hpp"

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace troupe::bench {

/// A scenario and what it measured.
struct report {
  std::string scenario;
  load_settings how;
  load_result measured;
  std::vector<std::pair<std::string, double>> also; ///< further figures: name with its unit at the end, value
};

void print_table(std::ostream& to, const report& what);
void print_json(std::ostream& to, const report& what);

} // namespace troupe::bench
