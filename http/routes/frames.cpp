#include "http/array_reply.hpp"
#include "http/exchange.hpp"
#include "http/routes/families.hpp"
#include "http/stored_image.hpp"
#include "imaging/arrays.hpp"
#include "imaging/frame_data.hpp"
#include "imaging/gzip.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace troupe::http {
namespace {

using nlohmann::json;

constexpr std::uint32_t listed_frames_max = 1'000'000;
constexpr std::string_view binary = "application/octet-stream";

void list_frames(exchange& with) {
  respond_with_image(with, [](const exchange&, opened_image& from) {
    if (from.image.frames > listed_frames_max)
      throw failure{error{error_code::bad_file_format, "NumberOfFrames is more than what is listed here"}};
    json all = json::array();
    for (std::uint32_t i = 0; i < from.image.frames; ++i)
      all.push_back(i);
    return json_reply(all);
  });
}

void list_forms(exchange& with) {
  with.respond_json(
    {"image-int16", "image-uint16", "image-uint8", "matlab", "numpy", "preview", "raw", "raw.gz", "rendered"});
}

/// The media type of stored pixels.
std::string_view raw_type(const imaging::stored_image& image) {
  const auto& syntax = image.file.transfer_syntax;
  if (syntax == "1.2.840.10008.1.2.4.50")
    return "image/jpeg";
  if (syntax == "1.2.840.10008.1.2.4.90" || syntax == "1.2.840.10008.1.2.4.91")
    return "image/jp2";
  return binary;
}

/// A frame that must be there, for routes that send its numbers.
std::uint64_t frame_or_throw(const exchange& with) {
  const auto frame = frame_in_path(with);
  if (!frame)
    throw failure{error{error_code::unknown_resource, "There is no frame of that name"}};
  return *frame;
}

/// Uncompressed pixels are sent in little endian whatever the file has.
imaging::frame_data stored_frame(const opened_image& from, std::uint64_t frame) {
  auto found = imaging::find_frame(from.image, frame);
  if (!found)
    throw failure{as_array_error(found.error(), from.image)};
  if (!from.image.encapsulated && from.image.file.encoding.big_endian)
    imaging::turn_to_little_endian(from.image, *found);
  return *std::move(found);
}

void raw(exchange& with) {
  respond_with_image(with, [](const exchange& later, opened_image& from) {
    const auto found = stored_frame(from, frame_or_throw(later));
    return reply{200,
                 std::string(raw_type(from.image)),
                 {},
                 std::string(reinterpret_cast<const char*>(found.bytes.data()), found.bytes.size())};
  });
}

void raw_gz(exchange& with) {
  respond_with_image(with, [](const exchange& later, opened_image& from) {
    return reply{200, "application/gzip", {}, imaging::gzip(stored_frame(from, frame_or_throw(later)).bytes)};
  });
}

// -- arrays -----------------------------------------------------------------------------------------------------------

reply matlab_reply(opened_image& from, std::uint64_t frame) {
  return {200, "text/plain", {}, imaging::matlab(array_frame(from, frame))};
}

void first_matlab(exchange& with) {
  respond_with_image(with, [](const exchange&, opened_image& from) { return matlab_reply(from, 0); });
}

void numbered_matlab(exchange& with) {
  respond_with_image(
    with, [](const exchange& later, opened_image& from) { return matlab_reply(from, frame_or_throw(later)); });
}

void numpy(exchange& with) {
  respond_with_image(with, [](const exchange& later, opened_image& from) {
    const auto options = array_options_of(later);
    imaging::npy_writer array(true, from.image.frames);
    add_frames(from, options, array);
    return array_reply(array, options);
  });
}

void numbered_numpy(exchange& with) {
  respond_with_image(with, [](const exchange& later, opened_image& from) {
    const auto options = array_options_of(later);
    const auto frame = frame_in_path(later);
    if (!frame)
      throw failure{error{error_code::parameter_out_of_range, "The frame must be a number"}};
    imaging::npy_writer array(false, 1);
    add_frame(from, *frame, options, array);
    return array_reply(array, options);
  });
}

} // namespace

std::span<const route> frame_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{get, "/instances/{id}/frames",                view, "Numbers of the frames, from 0.",            list_frames},
    route{get, "/instances/{id}/frames/{frame}",        view, "In what forms a frame can be had.",         list_forms},
    route{get, "/instances/{id}/frames/{frame}/raw",    view, "The pixels as they are stored.",            raw},
    route{get, "/instances/{id}/frames/{frame}/raw.gz", view, "The pixels as they are stored, as gzip.",   raw_gz},
    route{get, "/instances/{id}/matlab",                view, "The first frame as text for MATLAB.",       first_matlab},
    route{get, "/instances/{id}/frames/{frame}/matlab", view, "The frame as text for MATLAB.",             numbered_matlab},
    route{get, "/instances/{id}/numpy",                 view, "All frames as a NumPy array.",              numpy, body_kind::none, array_parameters},
    route{get, "/instances/{id}/frames/{frame}/numpy",  view, "The frame as a NumPy array.",               numbered_numpy, body_kind::none, array_parameters},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
