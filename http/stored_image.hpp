/// \file
/// The image of the instance that a request names.
#pragma once

#include "http/exchange.hpp"
#include "imaging/picture.hpp"
#include "imaging/stored_image.hpp"
#include "persistence/blob_file.hpp"

#include <cstdint>
#include <optional>

namespace troupe::http {

/// An image with the file that it lies in.
struct opened_image {
  persistence::blob_content file;
  imaging::stored_image image;
};

/// Opens the image of an instance. Throws `failure`: 404 where there is no such instance, `unsupported_media_type`
/// where its file cannot be read. For cpu threads.
opened_image open_image(const exchange& with, std::string_view instance);
/// That of the instance in the path.
opened_image open_image(const exchange& with);

/// `{frame}` of the path; nothing if it is no number of 32 bits. Negative numbers are frames that do not exist.
std::optional<std::uint64_t> frame_in_path(const exchange& with);

/// A frame of an image. Throws `failure` as of `imaging::decode`.
imaging::picture decoded_frame_of(const exchange& with, const opened_image& from, std::uint64_t frame);

} // namespace troupe::http
