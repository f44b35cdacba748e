#include "http/exchange.hpp"
#include "http/image_format.hpp"
#include "http/query.hpp"
#include "http/routes/families.hpp"
#include "http/stored_image.hpp"
#include "imaging/decimal.hpp"
#include "imaging/render.hpp"
#include "imaging/resize.hpp"
#include "imaging/writers.hpp"

#include <array>
#include <limits>

namespace troupe::http {
namespace {

using imaging::picture;

/// What is made of a frame.
enum class rendering : std::uint8_t { preview, rendered, uint8, uint16, int16 };

bool eight_bits(rendering how) {
  return how != rendering::uint16 && how != rendering::int16;
}

picture upright(picture gray_or_colors, const imaging::stored_image& image) {
  if (image.layout.color == imaging::color_space::monochrome_1)
    imaging::invert(gray_or_colors);
  return gray_or_colors;
}

template <class Value>
Value value_of(result<Value> got) {
  if (!got)
    throw failure{got.error()};
  return *std::move(got);
}

double number_or(const request_head& request, std::string_view name, double otherwise) {
  const auto text = request.parameter(name);
  if (!text)
    return otherwise;
  const auto value = imaging::decimal(*text);
  if (!value)
    throw failure{error{error_code::parameter_out_of_range, "'" + std::string(name) + "' must be a number"}};
  return *value;
}

/// `?smooth=0`, `1`, `false`, `true`.
bool smooth_asked(const request_head& request) {
  const auto text = request.parameter("smooth").value_or("0");
  if (text != "0" && text != "1" && text != "false" && text != "true")
    throw failure{error{error_code::parameter_out_of_range, "'smooth' must be 0, 1, false or true"}};
  return text == "1" || text == "true";
}

imaging::extent size_asked(const request_head& request, const picture& of) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  const auto width = value_of(number_parameter(request, "width", 0, most)).value_or(0);
  const auto height = value_of(number_parameter(request, "height", 0, most)).value_or(0);
  const auto size =
    imaging::fitted({of.width, of.height}, {static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)});
  if (std::uint64_t{size.width} * size.height * of.channels > imaging::picture_bytes_max)
    throw failure{error{error_code::parameter_out_of_range, "An image of that size is not made"}};
  return size;
}

picture rendered(const exchange& with, const imaging::stored_image& image, const picture& plain) {
  const auto& request = with.head();
  const auto own = image.voi.value_or(imaging::default_window(image.layout));
  const imaging::window shown{number_or(request, "window-center", own.center),
                              number_or(request, "window-width", own.width)};
  const bool smooth = smooth_asked(request);
  const auto size = size_asked(request, plain);
  return imaging::resized(imaging::windowed(plain, image.slope, image.intercept, shown), size, smooth);
}

picture shown(const exchange& with, const imaging::stored_image& image, const picture& plain, rendering how) {
  switch (how) {
  case rendering::preview:
    return upright(imaging::stretched(plain), image);
  case rendering::rendered:
    return upright(rendered(with, image, plain), image);
  case rendering::uint8:
    return value_of(imaging::clipped(plain, imaging::sample_range::uint8));
  case rendering::uint16:
    return value_of(imaging::clipped(plain, imaging::sample_range::uint16));
  case rendering::int16:
    break;
  }
  return value_of(imaging::clipped(plain, imaging::sample_range::int16));
}

reply unsupported_image(const exchange& with) {
  std::string up;
  for (std::size_t i = 1; i < with.head().path.size(); ++i)
    up += "../";
  return {301, {}, {{"Location", up + "app/images/unsupported.png"}}, std::string()};
}

void answer(const exchange& with, opened_image& from, rendering how, std::optional<std::uint64_t> frame) {
  const auto as = value_of(image_encoding_of(with.head(), eight_bits(how)));
  if (!frame || *frame >= from.image.frames) {
    with.respond_error({error_code::inexistent_item, "There is no frame of that number"});
    return;
  }
  try {
    with.respond(image_reply(shown(with, from.image, decoded_frame_of(from, *frame), how), as));
  } catch (const failure& failed) {
    if (failed.why().code() != error_code::unsupported_media_type || !with.head().parameter("returnUnsupportedImage"))
      throw;
    with.respond(unsupported_image(with));
  }
}

template <rendering How>
void first_frame(exchange& with) {
  with_image(with, [](const exchange& later, opened_image& from) { answer(later, from, How, 0); });
}

template <rendering How>
void numbered_frame(exchange& with) {
  with_image(with, [](const exchange& later, opened_image& from) { answer(later, from, How, frame_in_path(later)); });
}

/// What stands for an image that cannot be shown: a crossed-out field.
void placeholder(exchange& with) {
  constexpr std::uint32_t width = 150;
  constexpr std::uint32_t height = 84;
  std::vector<std::uint8_t> samples(std::size_t{width} * height, 200);
  for (std::uint32_t x = 0; x < width; ++x) {
    const std::uint32_t y = x * height / width;
    samples[std::size_t{y} * width + x] = 60;
    samples[std::size_t{height - 1 - y} * width + x] = 60;
  }
  with.respond({200, "image/png", {}, imaging::png({width, height, 1, 8, std::move(samples)})});
}

constexpr parameter_doc unsupported_doc{"returnUnsupportedImage",
                                        "Send the client to a placeholder instead of answering 415"};
constexpr parameter_doc quality_doc{"quality", "Of JPEG images, 1 to 100 (90)"};
constexpr std::array image_parameters{quality_doc, unsupported_doc};
constexpr std::array rendered_parameters{
  parameter_doc{"window-center", "Center of the window, after the rescale"},
  parameter_doc{"window-width", "Width of the window"},
  parameter_doc{"width", "The image is made to fit: its proportions stay"},
  parameter_doc{"height", "As `width`"},
  parameter_doc{"smooth", "Whether details are taken away before an image is made smaller: 0 or 1"},
  quality_doc,
  unsupported_doc,
};

} // namespace

std::span<const route> image_routes() {
  using enum verb;
  using enum permission;
  using enum rendering;
  static constexpr std::string_view preview_text = "The image, its gray values spread over 8 bits.";
  static constexpr std::string_view rendered_text = "The image through rescale and window, in any size.";
  static constexpr std::string_view clipped_text = "The stored values, cut off where they do not fit.";
  // clang-format off
  static constexpr std::array rows{
    route{get, "/instances/{id}/preview",                     view, preview_text,  from_index<first_frame<preview>>,     body_kind::none, image_parameters},
    route{get, "/instances/{id}/rendered",                    view, rendered_text, from_index<first_frame<rendering::rendered>>, body_kind::none, rendered_parameters},
    route{get, "/instances/{id}/image-uint8",                 view, clipped_text,  from_index<first_frame<uint8>>,       body_kind::none, image_parameters},
    route{get, "/instances/{id}/image-uint16",                view, clipped_text,  from_index<first_frame<uint16>>,      body_kind::none, image_parameters},
    route{get, "/instances/{id}/image-int16",                 view, clipped_text,  from_index<first_frame<int16>>,       body_kind::none, image_parameters},
    route{get, "/instances/{id}/frames/{frame}/preview",      view, preview_text,  from_index<numbered_frame<preview>>,  body_kind::none, image_parameters},
    route{get, "/instances/{id}/frames/{frame}/rendered",     view, rendered_text, from_index<numbered_frame<rendering::rendered>>, body_kind::none, rendered_parameters},
    route{get, "/instances/{id}/frames/{frame}/image-uint8",  view, clipped_text,  from_index<numbered_frame<uint8>>,    body_kind::none, image_parameters},
    route{get, "/instances/{id}/frames/{frame}/image-uint16", view, clipped_text,  from_index<numbered_frame<uint16>>,   body_kind::none, image_parameters},
    route{get, "/instances/{id}/frames/{frame}/image-int16",  view, clipped_text,  from_index<numbered_frame<int16>>,    body_kind::none, image_parameters},
    route{get, "/app/images/unsupported.png",                 view, "What stands for an image that cannot be shown.", placeholder},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
