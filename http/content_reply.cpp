#include "http/content_reply.hpp"

#include "http/byte_range.hpp"
#include "persistence/blob_file.hpp"

#include <memory>
#include <utility>

namespace troupe::http {
namespace {

reply reply_with(const exchange& with, stored_body body, content_headers how) {
  body.etag = std::move(how.etag);
  auto shown = stored_reply(with.head(), std::move(body), std::move(how.media_type));
  if (!how.filename.empty())
    shown.headers.emplace_back("Content-Disposition", disposition(how.filename));
  return shown;
}

} // namespace

void respond_with_content(const exchange& with, const persistence::stored_blob& blob, content_headers how) {
  if (!blob.compressed) {
    respond_with_file(with, blob, std::move(how));
    return;
  }
  with.respond_from_cpu([blob, how = std::move(how)](const exchange& later) {
    const auto content =
      std::make_shared<const persistence::blob_content>(persistence::read_blob(later.server().database(), blob));
    return reply_with(later, {shared_bytes{content, content->bytes()}, blob.size_bytes, {}}, how);
  });
}

void respond_with_file(const exchange& with, const persistence::stored_blob& blob, content_headers how) {
  with.respond(
    reply_with(with, {with.server().database().blob_path(blob.number), blob.disk_bytes(), {}}, std::move(how)));
}

} // namespace troupe::http
