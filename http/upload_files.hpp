/// \file
/// The files in the body of an upload: the body itself, what gzip has packed, the parts of a form, the members of a
/// ZIP.
#pragma once

#include "dicom/unpacking.hpp"
#include "dicom/zip_reader.hpp"
#include "http/call.hpp"
#include "http/multipart.hpp"
#include "http/wire/body.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace troupe::http {

/// One file as it came. Its bytes stay as long as it and the request do.
struct upload_file {
  std::span<const std::byte> bytes;
  const request_body* of = nullptr;         ///< the body that holds the bytes
  std::unique_ptr<request_body> unpacked{}; ///< that body, where it is none of the request
  bool may_be_other = false;                ///< something else than DICOM is passed over

  /// The name of the file that holds these bytes and no others; null if there is none.
  const std::filesystem::path* file() const noexcept {
    return of->bytes().size() == bytes.size() ? of->file() : nullptr;
  }
};

/// Where files are unpacked, and how much there may be.
struct unpacking_place {
  std::filesystem::path directory;
  dicom::unpacking_limits limits;
};

/// Goes through the files of one request. Memory is bounded: what is large goes into a file. One thread at a time.
class upload_files {
public:
  /// Reads a body as its headers say. Errors: `bad_file_format`, `unsupported_media_type`; the status says more.
  static result<upload_files> open(std::shared_ptr<const request> what, unpacking_place where);

  /// True if the reply is a list: a ZIP, or a form with several files.
  bool several() const noexcept { return several_; }

  /// The next file; nothing behind the last one. Errors: `bad_file_format`. Throws `failure` where the disk fails.
  result<std::optional<upload_file>> next();

private:
  upload_files(std::shared_ptr<const request> what, unpacking_place where)
    : what_(std::move(what)),
      where_(std::move(where)) {}

  result<void> find_parts(std::string_view boundary);
  result<upload_file> unzipped();
  result<upload_file> gunzipped();

  std::span<const std::byte> body() const noexcept { return what_->body->bytes(); }

  std::shared_ptr<const request> what_;
  unpacking_place where_;
  std::vector<std::span<const std::byte>> files_; ///< those to come, the last one first
  std::unique_ptr<dicom::zip_reader> zip_;        ///< the one that is being read
  bool gzip_ = false;                             ///< the body is one packed file
  bool several_ = false;
};

} // namespace troupe::http
