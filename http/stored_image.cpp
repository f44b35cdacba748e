#include "http/stored_image.hpp"

#include "http/resource_json.hpp"
#include "imaging/decode.hpp"

#include <charconv>
#include <limits>
#include <memory>
#include <utility>

namespace troupe::http {
namespace {

/// The bytes of the file of an instance.
persistence::blob_content bytes_of(const exchange& with, std::string_view instance) {
  const auto id = orthanc_id::parse(instance);
  auto content = id ? persistence::read_instance(with.server().database(), *id) : std::nullopt;
  if (!content)
    throw failure{no_resource()};
  return *std::move(content);
}

} // namespace

opened_image open_image(const exchange& with, std::string_view instance) {
  const timed reading(with.server().metrics().storage_read_duration_ms);
  auto file = bytes_of(with, instance);
  auto image = imaging::read_image(file.bytes());
  if (!image)
    throw failure{error{error_code::unsupported_media_type, image.error().details()}};
  return {std::move(file), *std::move(image), {with.server().decoder(), request_patience}};
}

void with_image(const exchange& with, std::function<void(const exchange&, opened_image&)> work) {
  with.on_cpu([work = std::move(work)](const exchange& later) {
    const auto opened = std::make_shared<opened_image>(open_image(later, later.path_parameter("id")));
    if (imaging::needs_decoder(opened->image.file.transfer_syntax))
      later.on_io([work, opened](const exchange& waiting) { work(waiting, *opened); });
    else
      work(later, *opened);
  });
}

void respond_with_image(const exchange& with, std::function<reply(const exchange&, opened_image&)> work) {
  with_image(with,
             [work = std::move(work)](const exchange& later, opened_image& from) { later.respond(work(later, from)); });
}

std::optional<std::uint64_t> frame_in_path(const exchange& with) {
  const auto& text = with.path_parameter("frame");
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
  if (code != std::errc{} || end != text.data() + text.size() || number < -most || number > most)
    return std::nullopt;
  return static_cast<std::uint64_t>(number);
}

imaging::picture decoded_frame_of(opened_image& from, std::uint64_t frame) {
  auto found = imaging::decode(from.image, frame, from.decoder);
  if (!found)
    throw failure{found.error()};
  return *std::move(found);
}

} // namespace troupe::http
