#include "http/array_reply.hpp"

#include "dicom/zip_writer.hpp"
#include "imaging/decode.hpp"

namespace troupe::http {
namespace {

bool boolean_or(const exchange& with, std::string_view name, bool otherwise) {
  const auto text = with.head().parameter(name);
  if (!text)
    return otherwise;
  if (text->empty() || *text == "1" || *text == "true")
    return true;
  if (*text != "0" && *text != "false")
    throw failure{error{error_code::parameter_out_of_range, "'" + std::string(name) + "' must be true or false"}};
  return false;
}

std::string zipped(const std::string& array) {
  dicom::zip_writer archive;
  archive.begin_entry("arr_0", array.size());
  archive.add(std::as_bytes(std::span(array)));
  archive.finish();
  return archive.take();
}

} // namespace

array_options array_options_of(const exchange& with) {
  return {boolean_or(with, "rescale", true), boolean_or(with, "compress", false)};
}

error as_array_error(const error& why) {
  return why.code() == error_code::unsupported_media_type ? error{error_code::not_implemented, why.details()} : why;
}

error as_array_error(const error& why, const imaging::stored_image& of) {
  const auto bits = of.layout.native_bits();
  const bool lacks_pixels = !of.encapsulated && !of.floating && bits > 0 && std::uint64_t{of.native.size()} * 8 < bits;
  if (why.code() == error_code::unsupported_media_type && lacks_pixels)
    return {error_code::bad_file_format, why.details()};
  return as_array_error(why);
}

imaging::picture array_frame(opened_image& from, std::uint64_t frame) {
  auto found = imaging::decode(from.image, frame, from.decoder);
  if (!found)
    throw failure{as_array_error(found.error(), from.image)};
  return *std::move(found);
}

void add_frame(opened_image& from, std::uint64_t frame, const array_options& how, imaging::npy_writer& to) {
  const auto& image = from.image;
  if (const auto added = to.add(array_frame(from, frame), image.slope, image.intercept, how.rescale); !added)
    throw failure{added.error()};
}

void add_frames(opened_image& from, const array_options& how, imaging::npy_writer& to) {
  for (std::uint64_t frame = 0; frame < from.image.frames; ++frame)
    add_frame(from, frame, how, to);
}

reply array_reply(imaging::npy_writer& array, const array_options& how) {
  std::string file = array.take();
  return {200, "application/octet-stream", {}, how.compress ? zipped(file) : std::move(file)};
}

} // namespace troupe::http
