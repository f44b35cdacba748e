#include "actors/jobs/reach_modality.hpp"

#include "persistence/modality_store.hpp"

#include <chrono>

namespace troupe::jobs {

namespace {

constexpr std::chrono::seconds probe_patience{5};

} // namespace

result<modality> reach_modality(const job_surroundings& around, const std::string& name) {
  const auto stored = persistence::find_modality(around.database.read(), name);
  auto found = find_modality(around.settings.dicom_modalities(), stored, name);
  if (!found)
    return error{error_code::inexistent_item, "There is no modality with that name"};
  return *std::move(found);
}

result<dicom::association_order> order_for(const modality& which, const options& settings) {
  if (which.use_dicom_tls)
    return error{error_code::not_implemented, "Modalities cannot be reached by TLS yet"};
  dicom::association_order order{.called_aet = which.aet,
                                 .host = which.host,
                                 .port = which.port,
                                 .calling_aet = which.local_aet.empty() ? settings.dicom_aet() : which.local_aet};
  if (!is_application_entity_title(order.calling_aet))
    return error{error_code::bad_application_entity_title, "DicomAet must have 1 to 16 printable ASCII characters"};
  order.patience = std::chrono::seconds{which.timeout_s > 0 ? which.timeout_s : settings.dicom_scu_timeout_s()};
  return order;
}

error probe_modality(const job_surroundings& around, std::string_view lane) {
  if (!lane.starts_with(modality_lane_prefix))
    return error_code::success;
  const auto known = reach_modality(around, std::string(lane.substr(modality_lane_prefix.size())));
  auto order = known ? order_for(*known, around.settings) : result<dicom::association_order>(known.error());
  if (!order)
    return error_code::success; // its jobs say what is wrong
  const auto until = std::chrono::steady_clock::now() + probe_patience;
  order->patience = probe_patience;
  const auto late = [until] { return std::chrono::steady_clock::now() >= until; };
  const auto answer = dicom::echo_once(*std::move(order), late);
  if (answer.outcome == dicom::network_outcome::unreachable || answer.outcome == dicom::network_outcome::stopped)
    return {error_code::network_protocol, answer.why.details()};
  return error_code::success; // whatever it answers, it is there
}

} // namespace troupe::jobs
