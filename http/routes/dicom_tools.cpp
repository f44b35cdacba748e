#include <troupe/version.hpp>

#include "core/time_text.hpp"
#include "core/uuid.hpp"
#include "dicom/default_encoding.hpp"
#include "dicom/derived_uid.hpp"
#include "http/exchange.hpp"
#include "http/routes/families.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

namespace troupe::http {
namespace {

void generate_uid(exchange& with) {
  const auto level = with.head().parameter("level").value_or("");
  if (level == "patient")
    with.respond_text(random_uuid());
  else if (level == "study" || level == "series" || level == "instance")
    with.respond_text(dicom::random_uid());
  else
    with.respond_error({error_code::unknown_resource, "'level' must be patient, study, series or instance"});
}

void show_now(exchange& with) {
  with.respond_text(seconds_text(with.server().clock().now()));
}

void show_local_now(exchange& with) {
  const auto now = with.server().clock().now();
  const auto seconds =
    static_cast<std::time_t>(std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
  std::tm local{};
  localtime_r(&seconds, &local);
  with.respond_text(seconds_text(now + std::chrono::seconds(local.tm_gmtoff)));
}

void show_default_encoding(exchange& with) {
  with.respond_text(std::string(dicom::default_encoding()));
}

void set_default_encoding(exchange& with) {
  if (dicom::set_default_encoding(with.body().text()))
    show_default_encoding(with);
  else
    with.respond_error(
      {error_code::parameter_out_of_range, "The body must be the name of an encoding, such as Latin1"});
}

/// There is nothing to forget: tags are read from the files.
void invalidate_tags(exchange& with) {
  with.respond_text("");
}

void show_conformance(exchange& with) {
  with.respond_text(
    "DICOM conformance statement of Troupe " + std::string(version) + "\n\n"
    + "Application entity title: " + with.server().options().dicom_aet()
    + "\n"
      "\n"
      "Network, as a user of services (SCU)\n"
      "  Verification SOP Class (1.2.840.10008.1.1), on request and to see whether a silent peer is back.\n"
      "  Storage: instances of any storage SOP class that are in the store are sent in the transfer syntax in which\n"
      "  they are stored. An instance without SOP Class UID cannot be sent. One association a job, to peers that were\n"
      "  configured.\n"
      "Network, as a provider of services (SCP)\n"
      "  None: no association is accepted.\n"
      "\n"
      "Files (PS3.10) that are taken in over HTTP\n"
      "  Any SOP class, with or without preamble and meta information; Study, Series and SOP Instance UID are "
      "required.\n"
      "  Implicit and explicit VR little endian, explicit VR big endian, deflated, and every syntax with encapsulated\n"
      "  pixel data. Files are kept byte by byte as they came. At most 64 sequences inside each other.\n"
      "Files that are made\n"
      "  Modified instances keep the transfer syntax of their source. A download may ask for another one: implicit or\n"
      "  explicit VR little endian, explicit VR big endian, RLE, JPEG lossless (first-order prediction), JPEG-LS\n"
      "  lossless, JPEG 2000 lossless, or JPEG baseline, which makes a new SOP Instance UID.\n"
      "Images that are shown\n"
      "  Uncompressed, deflated, RLE, JPEG baseline, extended and lossless, JPEG-LS and JPEG 2000, of 1 to 32 bits,\n"
      "  in gray, RGB, YBR and with palettes.\n"
      "\n"
      "Character sets\n"
      "  ISO_IR 6, 13, 100, 101, 109, 110, 126, 127, 138, 144, 148, 166, 192, 203, GBK, GB18030 and, with code\n"
      "  extensions (ISO 2022), also IR 58, 87, 149 and 159. Where a file says none: "
    + std::string(dicom::default_encoding()) + ".\n");
}

constexpr std::array uid_parameters{parameter_doc{"level", "`patient`, `study`, `series` or `instance`"}};

} // namespace

std::span<const route> dicom_tool_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{get,  "/tools/generate-uid",      view,    "A new identifier of that level.", generate_uid, body_kind::none, uid_parameters},
    route{get,  "/tools/now",               view,    "The time, in UTC.", show_now},
    route{get,  "/tools/now-local",         view,    "The time, in the time zone of the server.", show_local_now},
    route{get,  "/tools/dicom-conformance", view,    "What of DICOM is spoken here, as a text.", show_conformance},
    route{get,  "/tools/default-encoding",  view,    "The character set of texts where a file does not say which.", show_default_encoding},
    route{put,  "/tools/default-encoding",  admin,   "Sets it until the next start: `Latin1`, `Utf8`, `JapaneseKanji` ...", set_default_encoding},
    route{post, "/tools/invalidate-tags",   operate, "Does nothing: tags are read from the files.", invalidate_tags},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
