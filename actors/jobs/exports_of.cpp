#include "actors/jobs/exports_of.hpp"

#include "dicom/modification.hpp"

#include <algorithm>
#include <optional>

namespace troupe::jobs {

namespace {

std::string identifier_of(const persistence::resource& one) {
  const auto tag = dicom::identifier_tags[static_cast<std::size_t>(one.level)];
  const auto found = std::ranges::find(one.tags, tag, &tag_value::tag);
  return found == one.tags.end() ? std::string() : found->value;
}

} // namespace

std::vector<persistence::export_record> exports_of(const persistence::read_transaction& from,
                                                   std::span<const orthanc_id> resources, const std::string& whom,
                                                   time_point at) {
  std::vector<persistence::export_record> all;
  for (const auto& id : resources) {
    auto one = persistence::find_resource(from, id);
    if (!one)
      continue;
    auto& record = all.emplace_back(persistence::export_record{one->level, id, whom, at, {}});
    for (; one; one = persistence::find_resource(from, one->parent))
      record.identifiers[static_cast<std::size_t>(one->level)] = identifier_of(*one);
  }
  return all;
}

} // namespace troupe::jobs
