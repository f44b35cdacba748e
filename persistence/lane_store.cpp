#include "persistence/job_store.hpp"
#include "persistence/writer.hpp"

namespace troupe::persistence {
namespace {

constexpr std::size_t max_name_bytes = 128;

} // namespace

result<outcome> apply(writer& by, const put_lane& change) {
  const auto& lane = change.lane;
  if (lane.name.empty() || lane.name.size() > max_name_bytes) {
    return error{error_code::parameter_out_of_range, "the name of a lane has 1 to 128 bytes"};
  }
  if (lane.limit == 0 && !lane.paused) {
    by.to.erase(table::lanes, lane.name);
  } else {
    by.to.put(table::lanes, lane.name, encode(lane));
  }
  return applied{};
}

std::vector<lane_setting> lane_settings(const read_transaction& from) {
  const view rows(from);
  std::vector<lane_setting> all;
  for_each_with_prefix(rows, table::lanes, {}, [&](std::string_view name, std::string_view bytes) {
    if (auto lane = decode_lane(name, bytes)) {
      all.push_back(*std::move(lane));
    } else {
      rows.origin().note_undecodable(table::lanes, name);
    }
    return true;
  });
  return all;
}

} // namespace troupe::persistence
