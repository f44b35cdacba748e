#include "http/stored_image.hpp"

#include "http/resource_json.hpp"
#include "imaging/decode.hpp"
#include "persistence/index_store.hpp"

#include <charconv>
#include <limits>

namespace troupe::http {
namespace {

/// The bytes of the file of an instance.
persistence::mapped_file open_file(const exchange& with, std::string_view instance) {
  const auto id = orthanc_id::parse(instance);
  std::optional<persistence::instance_facts> facts;
  if (id) {
    const auto from = with.server().database().read();
    if (const auto found = persistence::find_resource(from, resource_level::instance, *id))
      facts = persistence::find_instance(from, found->key);
  }
  if (!facts)
    throw failure{no_resource()};
  return persistence::mapped_file(with.server().database().blob_path(facts->blob.number));
}

} // namespace

opened_image open_image(const exchange& with, std::string_view instance) {
  const timed reading(with.server().metrics().storage_read_duration_ms);
  auto file = open_file(with, instance);
  auto image = imaging::read_image(file.bytes());
  if (!image)
    throw failure{error{error_code::unsupported_media_type, image.error().details()}};
  return {std::move(file), *std::move(image)};
}

opened_image open_image(const exchange& with) {
  return open_image(with, with.path_parameter("id"));
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

imaging::picture decoded_frame_of(const exchange& with, const opened_image& from, std::uint64_t frame) {
  auto found = imaging::decode(from.image, frame, with.server().decoder());
  if (!found)
    throw failure{found.error()};
  return *std::move(found);
}

} // namespace troupe::http
