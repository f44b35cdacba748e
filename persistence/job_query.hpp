/// \file
/// Jobs by what they are: filters over the indexes, page by page.
#pragma once

#include "persistence/job_store.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace troupe::persistence {

/// Which jobs. What is not set does not restrict.
struct job_filter {
  std::optional<job_state> state; ///< as shown
  std::optional<std::string> type;
  std::optional<std::string> lane;
  std::optional<time_point> created_from;   ///< not before
  std::optional<time_point> created_before; ///< before
};

/// Some of the jobs of a filter, and where to go on.
struct job_page {
  std::vector<job_row> rows;
  std::optional<job_sequence> next; ///< `after` of the next page; none if this was the last
};

/// One page: at most `most` jobs whose sequence lies behind `after` (before it if `descending`; 0 is the beginning),
/// in the order of submission. Costs what it yields: the most selective index is walked, and at most `examined_max` of
/// its rows are looked at; a page that is short because of that still says where to go on. `running` are the sequences
/// of the jobs that have an attempt now: the disk learns of a start a moment later. `also` restricts further.
job_page find_jobs(const read_transaction& from, const job_filter& which, job_sequence after, std::size_t most,
                   bool descending, const std::vector<job_sequence>& running,
                   const std::function<bool(const job_row&)>& also = {}, std::size_t examined_max = 100'000);

} // namespace troupe::persistence
