#include "actors/jobs/instances_of.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace troupe::jobs {

result<void> instances_of(const persistence::read_transaction& from, std::span<const orthanc_id> resources,
                          const std::function<void(const persistence::resource&, std::uint64_t)>& visit) {
  std::set<persistence::resource_key> seen;
  for (const auto& id : resources) {
    auto top = persistence::find_resource(from, id);
    if (!top)
      return error{error_code::unknown_resource, "There is no resource " + id.text()};
    std::vector<persistence::resource> open{std::move(*top)};
    while (!open.empty()) {
      const auto next = std::move(open.back());
      open.pop_back();
      if (next.level == resource_level::instance) {
        const auto facts = persistence::find_instance(from, next.key);
        if (facts && seen.insert(next.key).second)
          visit(next, facts->blob.size_bytes);
        continue;
      }
      const auto first = static_cast<std::ptrdiff_t>(open.size());
      persistence::for_each_child(from, next.key, [&](const persistence::resource& child) {
        open.push_back(child);
        return true;
      });
      std::reverse(open.begin() + first, open.end()); // the last is taken first
    }
  }
  return {};
}

} // namespace troupe::jobs
