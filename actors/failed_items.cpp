#include "actors/failed_items.hpp"

#include "persistence/job_store.hpp"

#include <limits>
#include <set>
#include <utility>

namespace troupe {

job_plan plan_of_failed_items(const engine_parts& parts, const job_type& type, const job_id& finished) {
  const auto from = parts.database.read();
  const auto row = persistence::find_job(from, finished);
  auto spec = row ? persistence::load_spec(from, row->sequence) : std::nullopt;
  if (!spec)
    throw failure(error{error_code::bad_request, "The plan of the job cannot be read"});
  std::set<std::uint64_t> wanted;
  for (const auto& [item, why] :
       persistence::failed_items(from, row->sequence, std::numeric_limits<std::size_t>::max()))
    wanted.insert(item);
  const auto undone = row->phase == job_phase::success ? spec->items.size() : row->cursor;
  job_plan plan{.lane = row->lane, .arguments = std::move(spec->arguments), .content = std::move(spec->content)};
  for (std::uint64_t item = 0; item < spec->items.size(); ++item)
    if (item >= undone || wanted.contains(item))
      plan.items.push_back(std::move(spec->items[item]));
  if (plan.items.empty())
    throw failure(error{error_code::bad_request, "No item of the job has failed"});
  if (type.narrow)
    type.narrow(plan);
  return plan;
}

} // namespace troupe
