/// \file
/// The image of the instance that a request names.
#pragma once

#include "http/exchange.hpp"
#include "imaging/bounded_decoder.hpp"
#include "imaging/picture.hpp"
#include "imaging/stored_image.hpp"
#include "persistence/blob_file.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace troupe::http {

/// An image with the file that it lies in.
struct opened_image {
  persistence::blob_content file;
  imaging::stored_image image;
  imaging::bounded_decoder decoder; ///< of the request that has opened it
};

/// Opens the image of an instance. Throws `failure`: 404 where there is no such instance, `unsupported_media_type`
/// where its file cannot be read. For cpu threads.
opened_image open_image(const exchange& with, std::string_view instance);
/// Opens the image of the instance in the path and calls `work` with it: on a cpu thread, or on an io thread if its
/// frames have to be decoded by another process. What `work` throws becomes the error reply.
void with_image(const exchange& with, std::function<void(const exchange&, opened_image&)> work);
/// The same; answers with what `work` returns.
void respond_with_image(const exchange& with, std::function<reply(const exchange&, opened_image&)> work);

/// `{frame}` of the path; nothing if it is no number of 32 bits. Negative numbers are frames that do not exist.
std::optional<std::uint64_t> frame_in_path(const exchange& with);

/// A frame of an image. Throws `failure` as of `imaging::decode`.
imaging::picture decoded_frame_of(opened_image& from, std::uint64_t frame);

/// What decoding all frames of a request may take.
inline constexpr std::chrono::minutes request_patience{2};

} // namespace troupe::http
