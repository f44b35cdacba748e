/// \file
/// Every metric, declared once. The names of the first part are those that Orthanc's users have on their dashboards.
#pragma once

#include "core/metric.hpp"

namespace troupe {

// clang-format off
struct metrics : metric_list {
  gauge   count_patients{*this, "orthanc_count_patients", "Patients in the index."};
  gauge   count_studies{*this, "orthanc_count_studies", "Studies in the index."};
  gauge   count_series{*this, "orthanc_count_series", "Series in the index."};
  gauge   count_instances{*this, "orthanc_count_instances", "Instances in the index."};
  gauge   disk_size_mb{*this, "orthanc_disk_size_mb", "Size of the stored files, MiB."};
  gauge   uncompressed_size_mb{*this, "orthanc_uncompressed_size_mb", "Size of the stored files before compression, MiB."};
  gauge   jobs_pending{*this, "orthanc_jobs_pending", "Jobs in Pending and Retry."};
  gauge   jobs_running{*this, "orthanc_jobs_running", "Jobs in Running and Paused."};
  gauge   jobs_completed{*this, "orthanc_jobs_completed", "Finished jobs in the history."};
  gauge   jobs_success{*this, "orthanc_jobs_success", "Jobs in the history that ended in Success."};
  gauge   jobs_failed{*this, "orthanc_jobs_failed", "Jobs in the history that ended in Failure."};
  counter jobs_total_completed{*this, "orthanc_jobs_total_completed", "Jobs finished since the start."};
  counter jobs_total_success{*this, "orthanc_jobs_total_success", "Jobs that ended in Success since the start."};
  counter jobs_total_failed{*this, "orthanc_jobs_total_failed", "Jobs that ended in Failure since the start."};
  maximum_gauge rest_api_active_requests{*this, "orthanc_rest_api_active_requests", "Requests being answered, maximum over 10 s."};
  maximum_gauge rest_api_duration_ms{*this, "orthanc_rest_api_duration_ms", "Duration of a request, maximum over 10 s, ms."};
  maximum_gauge store_dicom_duration_ms{*this, "orthanc_store_dicom_duration_ms", "Duration of taking an instance in, maximum over 10 s, ms."};
  maximum_gauge storage_create_duration_ms{*this, "orthanc_storage_create_duration_ms", "Duration of writing a stored file, maximum over 10 s, ms."};
  maximum_gauge storage_read_duration_ms{*this, "orthanc_storage_read_duration_ms", "Duration of reading a stored file, maximum over 10 s, ms."};
  maximum_gauge storage_remove_duration_ms{*this, "orthanc_storage_remove_duration_ms", "Duration of a removal, maximum over 10 s, ms."};
  gauge   up_time_s{*this, "orthanc_up_time_s", "Seconds since the start."};

  // -- ours
  counter jobs_submitted{*this, "troupe_jobs_submitted_total", "Jobs accepted since the start."};
  counter stale_reports{*this, "troupe_jobs_stale_reports_total", "Reports of attempts that had been replaced, dropped."};
  counter commits{*this, "troupe_store_commits_total", "Durable transactions since the start."};
  counter committed_mutations{*this, "troupe_store_mutations_total", "Changes made durable since the start."};
  counter rest_api_rejected{*this, "troupe_rest_api_rejected_total", "Requests refused because too many were being answered."};
};

// clang-format on

} // namespace troupe
