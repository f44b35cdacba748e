#include "persistence/job_counts.hpp"

#include "persistence/tables.hpp"
#include "persistence/transaction.hpp"

namespace troupe::persistence {

std::uint64_t unfinished_jobs(const read_transaction& from) {
  return view(from).count(table::live_jobs);
}

} // namespace troupe::persistence
