#include "persistence/job_query.hpp"

namespace troupe::persistence {

job_page find_jobs(const read_transaction&, const job_filter&, job_sequence, std::size_t, bool,
                   const std::vector<job_sequence>&, const std::function<bool(const job_row&)>&, std::size_t) {
  return {};
}

} // namespace troupe::persistence
