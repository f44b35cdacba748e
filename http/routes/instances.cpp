#include "core/crash_point.hpp"
#include "dicom/attribute_model.hpp"
#include "dicom/scan.hpp"
#include "http/content_reply.hpp"
#include "http/exchange.hpp"
#include "http/instance_file.hpp"
#include "http/resource_json.hpp"
#include "http/routes/families.hpp"
#include "persistence/blob_file.hpp"
#include "http/tags_request.hpp"
#include "persistence/file.hpp"
#include "persistence/index_store.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <utility>

namespace troupe::http {
namespace {

using nlohmann::json;
using persistence::instance_facts;

constexpr std::uint64_t mib = 1024 * 1024;

// -- upload -----------------------------------------------------------------------------------------------------------

error storage_full(std::string details) {
  return error{error_code::full_storage, std::move(details)}.with_status(507);
}

json upload_json(const instance_summary& stored, const persistence::instance_added& how) {
  return {{"ID", stored.id(resource_level::instance).text()},
          {"Path", "/instances/" + stored.id(resource_level::instance).text()},
          {"Status", how.already_stored ? "AlreadyStored" : "Success"},
          {"ParentPatient", stored.id(resource_level::patient).text()},
          {"ParentStudy", stored.id(resource_level::study).text()},
          {"ParentSeries", stored.id(resource_level::series).text()}};
}

instance_facts facts_of(const exchange& with, const instance_summary& summary) {
  return {.blob = {},
          .transfer_syntax = summary.transfer_syntax,
          .sop_class = summary.sop_class,
          .pixel_data_offset = summary.pixel_data_offset,
          .pixel_data_vr = summary.pixel_data_vr,
          .index_in_series = summary.index_in_series,
          .received = with.server().clock().now(),
          .origin = "RestApi",
          .remote_ip = with.head().remote_address};
}

/// The bytes on the disk under a new number. Throws `failure`; the number is given back then.
persistence::stored_blob write_blob(const exchange& with) {
  auto& server = with.server();
  const auto number = server.new_blob();
  try {
    const timed writing(server.metrics().storage_create_duration_ms);
    auto blob = persistence::write_content(
      server.database().blob_path(number), with.body().bytes(),
      {.compress = server.options().storage_compression(), .md5 = server.options().store_md5_for_attachments()});
    pass(crash_point::blob_written);
    blob.number = number;
    return blob;
  } catch (...) {
    server.drop_blob(number);
    throw;
  }
}

/// A commit whose answer did not come may have happened: only then the file stays, for the next start to look at.
bool surely_not_written(const error& why) {
  return why.code() != error_code::timeout;
}

void store(const exchange& with) {
  const auto begin = with.server().clock().steady();
  auto summary = dicom::scan(with.body().bytes());
  if (!summary) {
    with.respond_error(summary.error());
    return;
  }
  auto facts = facts_of(with, *summary);
  facts.blob = write_blob(with);
  const auto number = facts.blob.number;
  const auto change = std::make_shared<batch>();
  change->mutations.emplace_back(
    persistence::add_instance{*summary, std::move(facts), with.server().options().overwrite_instances()});
  with.server().commit(change,
                       [with, number, begin, stored = *std::move(summary)](const persistence::commit_answer& answer) {
                         if (!answer) {
                           if (surely_not_written(answer.error()))
                             with.server().drop_blob(number);
                           const bool full = answer.error().code() == error_code::full_storage;
                           with.respond_error(full ? storage_full(answer.error().details()) : answer.error());
                           return;
                         }
                         const std::chrono::duration<double, std::milli> took = with.server().clock().steady() - begin;
                         with.server().metrics().store_dicom_duration_ms.observe(took.count());
                         with.respond_json(upload_json(stored, std::get<persistence::instance_added>(answer->at(0))));
                       });
}

void take_upload(exchange& with) {
  const auto size = with.body().bytes().size();
  if (size == 0) {
    with.respond_error({error_code::bad_file_format, "The body is empty"});
    return;
  }
  if (const auto coding = with.head().header("content-encoding"); coding && *coding != "identity") {
    with.respond_error({error_code::unsupported_media_type, "The body must not be compressed"});
    return;
  }
  const auto reserve = static_cast<std::uint64_t>(with.server().options().reserve_mb()) * mib;
  if (with.server().database().free_bytes() < reserve + size) {
    with.respond_error(storage_full("There is too little free space"));
    return;
  }
  with.on_cpu([](const exchange& later) {
    try {
      store(later);
    } catch (const failure& failed) {
      if (failed.why().code() != error_code::full_storage)
        throw;
      later.respond_error(storage_full(failed.why().details()));
    }
  });
}

// -- reading ----------------------------------------------------------------------------------------------------------

using model_writer = result<std::string> (*)(std::span<const std::byte>, std::string_view);

/// The file in one of the models of DICOMweb.
void send_model(exchange& with, const instance_facts& facts, model_writer write, const char* media_type) {
  with.on_cpu([=](const exchange& later) {
    const auto file = open_file(later, facts);
    auto model = write(file.bytes(), "/instances/" + later.path_parameter("id") + "/content");
    if (model)
      later.respond({200, media_type, {}, *std::move(model)});
    else
      later.respond_error(unreadable(model.error()));
  });
}

void send_file(exchange& with) {
  const auto facts = facts_in_path(with);
  if (!facts) {
    with.respond_error(no_resource());
    return;
  }
  const auto accepted = with.head().header("accept").value_or("");
  if (accepted == "application/dicom+json")
    return send_model(with, *facts, dicom::dicom_json, "application/dicom+json");
  if (accepted == "application/dicom+xml")
    return send_model(with, *facts, dicom::native_model, "application/dicom+xml");
  if (with.head().parameter("transcode")) {
    with.respond_error({error_code::not_implemented, "Files cannot be transcoded yet"});
    return;
  }
  const auto name = with.head().parameter("filename");
  respond_with_content(with, facts->blob,
                       {.etag = facts->blob.uuid,
                        .media_type = "application/dicom",
                        .filename = name ? std::string(*name) : facts->blob.uuid + ".dcm"});
}

constexpr std::array file_parameters{parameter_doc{"filename", "Name offered for the download"}};

constexpr std::string_view upload_schema = R"({"type": "object", "required": ["ID", "Path", "Status"], "properties": {
  "ID": {"type": "string"}, "Path": {"type": "string"}, "Status": {"enum": ["Success", "AlreadyStored"]},
  "ParentPatient": {"type": "string"}, "ParentStudy": {"type": "string"}, "ParentSeries": {"type": "string"}}})";

} // namespace

std::span<const route> instance_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{post, "/instances",                      upload, "Takes in a DICOM file; answered when it is on disk.", take_upload, body_kind::file, {}, {}, upload_schema},
    route{get,  "/instances/{id}/file",            view,   "The file, byte by byte as it came; with `Accept: application/dicom+json` or `application/dicom+xml` in that model.", send_file, body_kind::none, file_parameters},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
