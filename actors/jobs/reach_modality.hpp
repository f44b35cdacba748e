/// \file
/// From the name of a modality to an association with it.
#pragma once

#include <troupe/error.hpp>

#include "actors/jobs/builtin.hpp"
#include "core/modality.hpp"
#include "dicom/association.hpp"

#include <string>
#include <string_view>

namespace troupe::jobs {

/// Lanes of jobs that speak with a modality: `modality:` and its name.
inline constexpr std::string_view modality_lane_prefix = "modality:";

/// The modality as it is known now. `inexistent_item` if it is not.
result<modality> reach_modality(const job_surroundings& around, const std::string& name);

/// How to call it from this server. Errors: a `DicomAet` that is no title, TLS.
result<dicom::association_order> order_for(const modality& which, const options& settings);

/// C-ECHO to the modality of a lane, within five seconds: `success` if it answers or the lane is none of a modality.
error probe_modality(const job_surroundings& around, std::string_view lane);

} // namespace troupe::jobs
