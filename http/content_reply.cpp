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

using persistence::blob_content;
using persistence::stored_blob;

/// Answers with what `read` finds, which takes time.
void respond_from_memory(const exchange& with, const stored_blob& blob, content_headers how,
                         blob_content (*read)(const persistence::database& from, const stored_blob& which,
                                              persistence::content_use use)) {
  with.respond_from_cpu([blob, how = std::move(how), read](const exchange& later) {
    const auto content =
      std::make_shared<const blob_content>(read(later.server().database(), blob, persistence::content_use::parts));
    return reply_with(later, {shared_bytes{content, content->bytes()}, content->bytes().size(), {}}, how);
  });
}

} // namespace

void respond_with_content(const exchange& with, const stored_blob& blob, content_headers how) {
  if (blob.compressed)
    respond_from_memory(with, blob, std::move(how), persistence::read_blob);
  else
    respond_with_file(with, blob, std::move(how));
}

void respond_with_file(const exchange& with, const stored_blob& blob, content_headers how) {
  if (blob.in_index)
    respond_from_memory(with, blob, std::move(how), persistence::read_stored);
  else
    with.respond(
      reply_with(with, {with.server().database().blob_path(blob.number), blob.disk_bytes(), {}}, std::move(how)));
}

} // namespace troupe::http
