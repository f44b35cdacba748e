#include "http/routes.hpp"

#include "http/routes/families.hpp"

namespace troupe::http {

std::vector<route> all_routes() {
  std::vector<route> all;
  // clang-format off
  for (const auto& family : {
    system_routes(),
    resource_routes(),
    relative_routes(),
    protection_routes(),
    change_routes(),
    instance_routes(),
    instance_tags_routes(),
    resource_tags_routes(),
    image_routes(),
    frame_routes(),
    slice_routes(),
    pdf_routes(),
    archive_routes(),
    archive_of_many_routes(),
    modification_routes(),
    job_list_routes(),
    job_routes(),
    job_control_routes(),
    job_action_routes(),
    job_failure_routes(),
    job_event_routes(),
    lane_routes(),
    modality_routes(),
    tool_routes(),
    metadata_routes(),
    attachment_routes(),
    label_routes(),
    dicom_tool_routes(),
    find_routes(),
    bulk_routes(),
    reconstruct_routes(),
    server_control_routes(),
  })
    // clang-format on
    all.insert(all.end(), family.begin(), family.end());
  return all;
}

} // namespace troupe::http
