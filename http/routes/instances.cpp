#include "dicom/attribute_model.hpp"
#include "http/array_reply.hpp"
#include "http/byte_range.hpp"
#include "http/content_reply.hpp"
#include "http/exchange.hpp"
#include "http/instance_file.hpp"
#include "http/query.hpp"
#include "http/resource_json.hpp"
#include "http/routes/families.hpp"
#include "http/tags_request.hpp"
#include "http/upload.hpp"
#include "imaging/decode.hpp"
#include "imaging/transcode.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace troupe::http {
namespace {

using model_writer = result<std::string> (*)(std::span<const std::byte>, std::string_view);

/// The file in one of the models of DICOMweb.
void send_model(exchange& with, const persistence::instance_facts& facts, model_writer write, const char* media_type) {
  with.on_cpu([=](const exchange& later) {
    const auto file = open_file(later, facts);
    auto model = write(file.bytes(), "/instances/" + later.path_parameter("id") + "/content");
    if (model)
      later.respond({200, media_type, {}, *std::move(model)});
    else
      later.respond_error(unreadable(model.error()));
  });
}

std::string filename_of(const exchange& with, const persistence::instance_facts& facts) {
  return std::string(with.head().parameter("filename").value_or(facts.blob.uuid + ".dcm"));
}

/// The file in the transfer syntax of `transcode`.
void send_transcoded(const exchange& with, const persistence::instance_facts& facts) {
  constexpr std::uint64_t usual_quality = 90;
  const auto quality = number_parameter(with.head(), "lossy-quality", 1, 100);
  if (!quality) {
    with.respond_error(quality.error());
    return;
  }
  const auto answer = [facts, quality = quality->value_or(usual_quality)](const exchange& later) {
    const auto content = open_file(later, facts);
    imaging::bounded_decoder decoder(later.server().decoder(), request_patience);
    auto made =
      imaging::transcode(content.bytes(), *later.head().parameter("transcode"), static_cast<int>(quality), decoder);
    if (!made)
      throw failure{as_array_error(made.error())};
    reply file{200, "application/dicom", {}, *std::move(made)};
    file.headers.emplace_back("Content-Disposition", disposition(filename_of(later, facts)));
    later.respond(std::move(file));
  };
  if (imaging::needs_decoder(facts.transfer_syntax))
    with.on_io(answer);
  else
    with.on_cpu(answer);
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
  if (with.head().parameter("transcode"))
    return send_transcoded(with, *facts);
  respond_with_content(
    with, facts->blob,
    {.etag = facts->blob.uuid, .media_type = "application/dicom", .filename = filename_of(with, *facts)});
}

constexpr std::array file_parameters{
  parameter_doc{"filename", "Name offered for the download"},
  parameter_doc{"transcode",
                "UID of a transfer syntax: uncompressed, RLE, lossless JPEG, JPEG-LS or JPEG 2000, or JPEG baseline"},
  parameter_doc{"lossy-quality", "Of JPEG baseline, 1 to 100 (90)"},
};

constexpr std::string_view upload_schema =
  R"({"description": "One object, or a list of them for a ZIP or several files",
  "type": ["object", "array"], "required": ["ID", "Path", "Status"], "properties": {
  "ID": {"type": "string"}, "Path": {"type": "string"}, "Status": {"enum": ["Success", "AlreadyStored"]},
  "ParentPatient": {"type": "string"}, "ParentStudy": {"type": "string"}, "ParentSeries": {"type": "string"}}})";

} // namespace

std::span<const route> instance_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{post, "/instances",                      upload, "Takes in a DICOM file, also packed with gzip, several in a ZIP, or files of a form; answered when all are on disk.", take_upload, body_kind::file, {}, {}, upload_schema},
    route{get,  "/instances/{id}/file",            view,   "The file, byte by byte as it came; with `Accept: application/dicom+json` or `application/dicom+xml` in that model.", send_file, body_kind::none, file_parameters},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
