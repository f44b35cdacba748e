/// \file
/// Every option, declared once. Names and meanings are those of Orthanc's configuration file where Orthanc has the
/// option.
#pragma once

#include <troupe/option.hpp>
#include <troupe/overwrite_mode.hpp>

#include <array>

namespace troupe {

/// Of `DicomModalities`: names, application entity titles, hosts, ports (core/modality.hpp).
result<void> check_modalities(const nlohmann::json& value);

/// Of `MaximumStorageMode`.
result<void> check_storage_mode(const std::string& value);
/// Of `UserMetadata` and `UserContentType`: names and numbers (core/item_names.hpp).
result<void> check_user_metadata(const nlohmann::json& value);
result<void> check_user_content_types(const nlohmann::json& value);

inline constexpr std::array overwrite_choices{choice{"Never", false}, choice{"Always", true}, choice{"IfChanged"}};

// clang-format off
struct options : option_list {
  text_option    name{*this, "Name", "", "Name of this server, shown by `/system`."};
  text_option    storage_directory{*this, "StorageDirectory", "TroupeStorage",
    "Directory that holds everything: index, stored files, outputs of jobs. Made if absent."};

  // -- jobs
  integer_option concurrent_jobs{*this, "ConcurrentJobs", 2, {0, 4096},
    "Jobs that run at the same time. 0: as many as the machine has cores."};
  integer_option jobs_history_size{*this, "JobsHistorySize", 10, {0, 100'000'000},
    "Finished jobs that are kept; the one that was completed first goes first. 0: none."};
  integer_option limit_jobs{*this, "LimitJobs", 0, {0, 100'000'000},
    "Waiting jobs beyond which the addition of a job blocks until there is a place. 0: no limit but the disk's. Jobs that jobs make are never blocked."};
  boolean_option save_jobs{*this, "SaveJobs", true,
    "Keep jobs on disk, so that they survive a restart. If false, jobs that have not finished are forgotten when the server stops."};
  object_option  jobs_engine_threads_count{*this, "JobsEngineThreadsCount",
    "Steps at the same time within one job, by type of job: `{\"ResourceModification\": 4}`. 0: as many as the machine has cores."};
  integer_option jobs_ageing_s{*this, "JobsAgeing", 0, {0, 31'536'000},
    "Seconds of waiting after which a job counts as one priority higher, again and again, so that none starves. 0: priorities are strict."};
  boolean_option diagnostic_jobs{*this, "DiagnosticJobs", false,
    "Offer `/tools/diagnostic-job`: jobs that sleep, fail, ask for another attempt or end the server, for tests of the engine. Not for production."};
  integer_option media_archive_size{*this, "MediaArchiveSize", 0, {0, 1'000'000},
    "Archives of finished jobs that are kept for download; the oldest goes first. 0: as long as their job is in the history."};

  // -- DICOM files
  text_option    default_encoding{*this, "DefaultEncoding", "Latin1",
    "Character set of texts where a file does not say which: `Ascii`, `Utf8`, `Latin1` to `Latin5`, `Cyrillic`, `Windows1251`, `Arabic`, `Greek`, `Hebrew`, `Thai`, `Japanese`, `JapaneseKanji`, `Korean`, `Chinese` or `SimplifiedChinese`."};
  object_option  dictionary{*this, "Dictionary",
    "Tags beyond those of DCMTK's dictionary: `{\"0019,1002\": [\"SL\", \"NumberOfCells\", 1, 1, \"MAKER\"]}` is VR, name, least and most values (0: any number), private creator."};
  object_option  extra_main_dicom_tags{*this, "ExtraMainDicomTags",
    "Tags that the index keeps of new resources besides those it always does, by level: `{\"Study\": [\"StudyComments\"], \"Instance\": [\"0018,0050\"]}`. Those that are there get them by `/tools/reconstruct`."};
  boolean_option load_private_dictionary{*this, "LoadPrivateDictionary", true, "Know the private tags of DCMTK's dictionary."};
  text_option    default_private_creator{*this, "DefaultPrivateCreator", "",
    "Creator of the private tags that a modification puts in, where it does not say one."};

  // -- DICOM network
  text_option    dicom_aet{*this, "DicomAet", "TROUPE", "Application entity title of this server, at most 16 characters."};
  object_option  dicom_modalities{*this, "DicomModalities",
    "Modalities known from the start, by name: `[\"AET\", \"host\", 104]` or an object with `AET`, `Host`, `Port`, `Timeout` and more.", check_modalities};
  integer_option dicom_scu_timeout_s{*this, "DicomScuTimeout", 10, {0, 86'400},
    "Seconds that a modality may stay silent while it is being asked. 0: for ever."};

  // -- HTTP
  text_option    http_bind_address{*this, "HttpBindAddress", "127.0.0.1",
    "Address that the HTTP server listens on. There is no login yet: keep it on the loopback."};
  integer_option http_port{*this, "HttpPort", 8042, {0, 65535}, "Port of the HTTP server. 0: any free one, written to the log."};
  integer_option http_request_timeout_s{*this, "HttpRequestTimeout", 30, {1, 86'400},
    "Seconds that a client may stay silent in the middle of a request or of reading a reply."};
  integer_option keep_alive_timeout_s{*this, "KeepAliveTimeout", 60, {1, 86'400},
    "Seconds that a connection may stay open between two requests."};
  integer_option maximum_request_body_size_mb{*this, "MaximumRequestBodySizeMB", 8192, {1, 1'048'576},
    "Largest body of an upload, in MiB."};
  integer_option maximum_file_size_in_archive_mb{*this, "MaximumFileSizeInArchiveMB", 4096, {0, 1'048'576},
    "Largest file in a ZIP, or in a body with `Content-Encoding: gzip`, in MiB as it is unpacked. 0: no limit but the ratio to the archive's size."};
  boolean_option http_compression_enabled{*this, "HttpCompressionEnabled", false,
    "Compress JSON, XML and text replies for clients that say they take gzip or deflate. It costs more time than it saves in a local network."};
  boolean_option keep_alive{*this, "KeepAlive", true, "Let clients send several requests over one connection."};
  boolean_option http_describe_errors{*this, "HttpDescribeErrors", true, "Send a JSON body that describes an error."};

  // -- storage
  boolean_option store_md5_for_attachments{*this, "StoreMD5ForAttachments", true, "Compute and keep the MD5 of every stored file."};
  choice_option  overwrite_instances{*this, "OverwriteInstances", overwrite_choices,
    "What becomes of an instance that is stored again: `Never` (or `false`): the first one stays; `Always` (or `true`): the new one replaces it; `IfChanged`: only if their bytes differ."};

  /// The same as a value.
  overwrite_mode overwrite() const noexcept { return static_cast<overwrite_mode>(overwrite_instances()); }

  boolean_option storage_compression{*this, "StorageCompression", false,
    "Store new files compressed (zlib). Files that are there stay as they are."};
  boolean_option check_revisions{*this, "CheckRevisions", false,
    "Refuse a change of metadata and attachments that are there to whoever does not name their revision (`If-Match`)."};
  object_option  user_metadata{*this, "UserMetadata",
    "Names of metadata: `{\"reviewer\": 1024}`, with numbers from 1024 to 65535.", check_user_metadata};
  object_option  user_content_type{*this, "UserContentType",
    "Names of attachments: `{\"report\": 1024, \"photo\": [1025, \"image/jpeg\"]}`, with numbers from 1024 to 65535.", check_user_content_types};
  integer_option stable_age_s{*this, "StableAge", 60, {1, 86'400},
    "Seconds without a new instance after which a patient, study or series is called stable."};
  integer_option maximum_storage_size_mb{*this, "MaximumStorageSize", 0, {0, 1'099'511'627'776},
    "Room for stored files in MiB; who would exceed it meets `MaximumStorageMode`. 0: no limit but the disk's."};
  integer_option maximum_patient_count{*this, "MaximumPatientCount", 0, {0, 1'000'000'000'000},
    "Patients that may be stored; who would exceed them meets `MaximumStorageMode`. 0: no limit."};
  text_option    maximum_storage_mode{*this, "MaximumStorageMode", "Recycle",
    "What happens at these limits. `Recycle`: the patient that was added to least recently and is not protected is deleted. `Reject`: what is new is refused (507).", check_storage_mode};
  boolean_option log_exported_resources{*this, "LogExportedResources", false,
    "Keep a log of the resources that were sent to modalities, at `/exports`. It grows until it is deleted."};
  integer_option reserve_mb{*this, "DiskReserveMB", 64, {0, 1'048'576},
    "Free space in MiB below which uploads and jobs are refused, so that the server can still work and delete."};

  // -- metrics
  boolean_option metrics_enabled{*this, "MetricsEnabled", true, "Collect metrics and publish them at `/tools/metrics-prometheus`.", applies::live};
};

// clang-format on

} // namespace troupe
