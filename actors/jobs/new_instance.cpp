#include "actors/jobs/new_instance.hpp"

#include "persistence/blob_file.hpp"

#include <utility>

namespace troupe::jobs {

persistence::add_instance write_instance(const job_surroundings& around, std::span<const std::byte> file,
                                         instance_summary summary, const instance_origin& origin) {
  auto stored = persistence::store_content(around.database, file, persistence::storing_by(around.settings));
  persistence::instance_facts facts{.blob = std::move(stored.blob),
                                    .transfer_syntax = summary.transfer_syntax,
                                    .sop_class = summary.sop_class,
                                    .pixel_data_offset = summary.pixel_data_offset,
                                    .pixel_data_vr = summary.pixel_data_vr,
                                    .index_in_series = summary.index_in_series,
                                    .received = around.time.now(),
                                    .origin = origin.name,
                                    .remote_ip = origin.remote_ip};
  return {std::move(summary), std::move(facts), around.settings.overwrite(), std::move(stored.content)};
}

} // namespace troupe::jobs
