#include "actors/jobs/builtin.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

namespace troupe {

// The list: one line a job type, each in the file of its name.
#define TROUPE_JOB_TYPES(X)                                                                                            \
  X(archive_job)                                                                                                       \
  X(modality_store_job)                                                                                                \
  X(resource_modification_job)

#define TROUPE_DECLARE(make) job_type make(const job_surroundings& around);
TROUPE_JOB_TYPES(TROUPE_DECLARE)
#undef TROUPE_DECLARE

unsigned window_of(const job_surroundings& around, const std::string& type) {
  constexpr unsigned window_max = 64;
  const auto counts = around.settings.jobs_engine_threads_count.value();
  const auto found = counts.find(type);
  if (found == counts.end() || !found->is_number_unsigned())
    return 1;
  const auto wanted = std::min<std::uint64_t>(found->get<std::uint64_t>(), window_max);
  return wanted == 0 ? std::max(1U, std::thread::hardware_concurrency()) : static_cast<unsigned>(wanted);
}

job_type refusing_unreadable_arguments(job_type type) {
  type.plan = [plan = std::move(type.plan)](const std::string& arguments) -> result<job_plan> {
    const error unreadable{error_code::bad_file_format, "The arguments are not what the type of the job expects"};
    try {
      return plan(arguments);
    } catch (const failure& known) {
      return known.why();
    } catch (const nlohmann::json::exception&) {
      return unreadable;
    } catch (const std::bad_optional_access&) { // an identifier that is none
      return unreadable;
    }
  };
  return type;
}

std::vector<job_type> builtin_job_types(const job_surroundings& around) {
#define TROUPE_ADD(make) refusing_unreadable_arguments(make(around)),
  return {TROUPE_JOB_TYPES(TROUPE_ADD)};
#undef TROUPE_ADD
}

} // namespace troupe
