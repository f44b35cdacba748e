#include "actors/jobs/new_instance.hpp"

#include "persistence/blob_file.hpp"

#include <utility>

namespace troupe::jobs {

persistence::add_instance write_instance(const job_surroundings& around, std::span<const std::byte> file,
                                         instance_summary summary, const instance_origin& origin) {
  constexpr std::uint64_t mebibyte = 1U << 20;
  const auto reserve = static_cast<std::uint64_t>(around.settings.reserve_mb()) * mebibyte;
  if (around.database.free_bytes() < reserve + file.size())
    throw failure(error(error_code::full_storage, "There is too little free space"));
  persistence::instance_facts facts{.blob = {},
                                    .transfer_syntax = summary.transfer_syntax,
                                    .sop_class = summary.sop_class,
                                    .pixel_data_offset = summary.pixel_data_offset,
                                    .pixel_data_vr = summary.pixel_data_vr,
                                    .index_in_series = summary.index_in_series,
                                    .received = around.time.now(),
                                    .origin = origin.name,
                                    .remote_ip = origin.remote_ip};
  const auto number = around.database.new_blob();
  try {
    facts.blob = persistence::write_content(
      around.database.blob_path(number), file,
      {.compress = around.settings.storage_compression(), .md5 = around.settings.store_md5_for_attachments()});
    facts.blob.number = number;
  } catch (...) {
    around.database.drop_blob(number);
    throw;
  }
  return {std::move(summary), std::move(facts), around.settings.overwrite()};
}

} // namespace troupe::jobs
