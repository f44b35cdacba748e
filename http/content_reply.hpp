/// \file
/// Replies with the content of a file of the storage area.
#pragma once

#include "http/exchange.hpp"
#include "persistence/records.hpp"

#include <string>

namespace troupe::http {

/// How a content is sent.
struct content_headers {
  std::string etag; ///< without quotes
  std::string media_type;
  std::string filename; ///< offered for the download; empty: none
};

/// Answers with the content, or the part of it that the request asks for. What lies on the disk as it is is sent from
/// there, anything else is unpacked on a cpu thread.
void respond_with_content(const exchange& with, const persistence::stored_blob& blob, content_headers how);

/// Answers with the file as it lies on the disk.
void respond_with_file(const exchange& with, const persistence::stored_blob& blob, content_headers how);

} // namespace troupe::http
