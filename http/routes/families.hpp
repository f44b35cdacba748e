/// \file
/// The families of routes. Each is a file of this folder, with its rows at its end; http/routes.cpp joins them.
#pragma once

#include "http/route.hpp"

#include <span>

namespace troupe::http {

std::span<const route> system_routes();
std::span<const route> resource_routes();
std::span<const route> relative_routes();
std::span<const route> protection_routes();
std::span<const route> change_routes();
std::span<const route> instance_routes();
std::span<const route> instance_tags_routes();
std::span<const route> resource_tags_routes();
std::span<const route> image_routes();
std::span<const route> frame_routes();
std::span<const route> slice_routes();
std::span<const route> pdf_routes();
std::span<const route> archive_routes();
std::span<const route> archive_of_many_routes();
std::span<const route> modification_routes();
std::span<const route> job_list_routes();
std::span<const route> job_routes();
std::span<const route> job_control_routes();
std::span<const route> job_action_routes();
std::span<const route> job_failure_routes();
std::span<const route> job_event_routes();
std::span<const route> lane_routes();
std::span<const route> modality_routes();
std::span<const route> tool_routes();
std::span<const route> metadata_routes();
std::span<const route> attachment_routes();
std::span<const route> label_routes();
std::span<const route> dicom_tool_routes();
std::span<const route> find_routes();
std::span<const route> bulk_routes();
std::span<const route> reconstruct_routes();
std::span<const route> server_control_routes();

} // namespace troupe::http
