#include "http/array_reply.hpp"
#include "http/exchange.hpp"
#include "http/resource_json.hpp"
#include "http/routes/families.hpp"
#include "http/stored_image.hpp"
#include "imaging/decimal.hpp"
#include "imaging/slice_order.hpp"
#include "persistence/index_store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace troupe::http {
namespace {

using nlohmann::json;

constexpr dicom_tag image_position = 0x00200032;
constexpr dicom_tag image_orientation = 0x00200037;
constexpr dicom_tag number_of_frames = 0x00280008;
/// A series that claims more frames is not listed.
constexpr std::uint64_t listed_frames_max = 200'000;

std::string_view main_tag(const persistence::resource& of, dicom_tag tag) {
  const auto found = std::ranges::find(of.tags, tag, &tag_value::tag);
  return found == of.tags.end() ? std::string_view{} : std::string_view{found->value};
}

std::uint32_t frames_of(const persistence::resource& of) {
  const auto count = imaging::decimal(main_tag(of, number_of_frames));
  return count && *count >= 1 && *count < 4e9 ? static_cast<std::uint32_t>(*count) : 1;
}

/// The images of the series in the path, in order. Throws `failure`.
imaging::slice_order ordered_slices(const exchange& with) {
  const auto id = orthanc_id::parse(with.path_parameter("id"));
  const auto from = with.server().database().read();
  const auto series = id ? persistence::find_resource(from, resource_level::series, *id) : std::nullopt;
  if (!series)
    throw failure{no_resource()};
  std::vector<imaging::slice> all;
  persistence::for_each_child(from, series->key, [&](const persistence::resource& each) {
    const auto facts = persistence::find_instance(from, each.key);
    all.push_back({each.id.text(), imaging::three_numbers(main_tag(each, image_position)),
                   imaging::six_numbers(main_tag(each, image_orientation)),
                   facts ? facts->index_in_series : std::nullopt, frames_of(each)});
    return true;
  });
  auto ordered = imaging::order_slices(std::move(all));
  if (!ordered)
    throw failure{ordered.error()};
  return *std::move(ordered);
}

std::uint64_t frames_in(const imaging::slice_order& ordered) {
  std::uint64_t sum = 0;
  for (const auto& one : ordered.slices)
    sum += one.frames;
  return sum;
}

void list_slices(exchange& with) {
  with.respond_from_cpu([](const exchange& later) {
    const auto ordered = ordered_slices(later);
    if (frames_in(ordered) > listed_frames_max)
      throw failure{error{error_code::bad_file_format, "NumberOfFrames is more than what is listed here"}};
    json files = json::array();
    json frames = json::array();
    json brief = json::array();
    for (const auto& one : ordered.slices) {
      const std::string path = "/instances/" + one.id;
      files.push_back(path + "/file");
      for (std::uint32_t frame = 0; frame < one.frames; ++frame)
        frames.push_back(path + "/frames/" + std::to_string(frame));
      brief.push_back({one.id, 0, one.frames});
    }
    return json_reply({{"Dicom", std::move(files)},
                       {"Slices", std::move(frames)},
                       {"SlicesShort", std::move(brief)},
                       {"Type", ordered.volume ? "Volume" : "Sequence"}});
  });
}

void numpy(exchange& with) {
  with.on_io([](const exchange& later) {
    const auto options = array_options_of(later);
    const auto ordered = ordered_slices(later);
    imaging::npy_writer array(true, frames_in(ordered));
    const imaging::bounded_decoder decoder(later.server().decoder(), request_patience);
    for (const auto& one : ordered.slices) {
      auto image = open_image(later, one.id);
      image.decoder = decoder; // the time is for all of them
      add_frames(image, options, array);
    }
    later.respond(array_reply(array, options));
  });
}

constexpr std::string_view slices_schema =
  R"({"type": "object", "required": ["Dicom", "Slices", "SlicesShort", "Type"], "properties": {
  "Dicom": {"type": "array"}, "Slices": {"type": "array"}, "SlicesShort": {"type": "array"}, "Type": {"enum": ["Volume", "Sequence"]}}})";

} // namespace

std::span<const route> slice_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{get, "/series/{id}/ordered-slices", view, "The images in order, in space or by their numbers.", list_slices, body_kind::none, {}, {}, slices_schema},
    route{get, "/series/{id}/numpy",          view, "All frames of the images in order, as a NumPy array.", numpy, body_kind::none, array_parameters},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
