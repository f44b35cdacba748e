#include "actors/jobs/new_instance.hpp"

#include "core/md5.hpp"
#include "core/uuid.hpp"
#include "persistence/file.hpp"

#include <utility>

namespace troupe::jobs {

persistence::add_instance write_instance(const job_surroundings& around, std::span<const std::byte> file,
                                         instance_summary summary, const instance_origin& origin) {
  constexpr std::uint64_t mebibyte = 1U << 20;
  const auto reserve = static_cast<std::uint64_t>(around.settings.reserve_mb()) * mebibyte;
  if (around.database.free_bytes() < reserve + file.size())
    throw failure(error(error_code::full_storage, "There is too little free space"));
  const bool wants_md5 = around.settings.store_md5_for_attachments();
  persistence::instance_facts facts{
    .blob = {.number = 0, .size_bytes = file.size(), .md5 = wants_md5 ? md5_text(file) : "", .uuid = random_uuid()},
    .transfer_syntax = summary.transfer_syntax,
    .sop_class = summary.sop_class,
    .pixel_data_offset = summary.pixel_data_offset,
    .pixel_data_vr = summary.pixel_data_vr,
    .index_in_series = summary.index_in_series,
    .received = around.time.now(),
    .origin = origin.name,
    .remote_ip = origin.remote_ip};
  facts.blob.number = around.database.new_blob();
  try {
    persistence::write_durably(around.database.blob_path(facts.blob.number), file);
  } catch (...) {
    around.database.drop_blob(facts.blob.number);
    throw;
  }
  return {std::move(summary), std::move(facts), around.settings.overwrite_instances()};
}

} // namespace troupe::jobs
