#include "actors/jobs/builtin.hpp"

namespace troupe {

// The list: one line a job type, each in the file of its name.
#define TROUPE_JOB_TYPES(X) X(archive_job)

#define TROUPE_DECLARE(make) job_type make(const persistence::database& database);
TROUPE_JOB_TYPES(TROUPE_DECLARE)
#undef TROUPE_DECLARE

std::vector<job_type> builtin_job_types(const persistence::database& database) {
#define TROUPE_ADD(make) make(database),
  return {TROUPE_JOB_TYPES(TROUPE_ADD)};
#undef TROUPE_ADD
}

} // namespace troupe
