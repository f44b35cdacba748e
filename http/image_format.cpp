#include "http/image_format.hpp"

#include "http/query.hpp"
#include "imaging/decimal.hpp"
#include "imaging/writers.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace troupe::http {
namespace {

constexpr std::string_view png_type = "image/png";
constexpr std::string_view jpeg_type = "image/jpeg";
constexpr std::string_view map_type = "image/x-portable-arbitrarymap";

std::string_view without_blanks(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && blank(text.back()))
    text.remove_suffix(1);
  return text;
}

/// Cuts off what stands before the next separator.
std::string_view next_part(std::string_view& list, char separator) {
  const auto part = list.substr(0, list.find(separator));
  list.remove_prefix(std::min(part.size() + 1, list.size()));
  return without_blanks(part);
}

std::optional<image_format> format_named(std::string_view range, bool eight_bits) {
  if (range == png_type || range == "image/*" || range == "*/*")
    return image_format::png;
  if (range == jpeg_type && eight_bits)
    return image_format::jpeg;
  if (range == map_type)
    return image_format::portable_map;
  return std::nullopt;
}

/// Weight of a media range: its parameter `q`, else 1.
double weight_of(std::string_view parameters) {
  while (!parameters.empty())
    if (const auto one = next_part(parameters, ';'); one.starts_with("q=") || one.starts_with("Q="))
      return std::clamp(imaging::decimal(one.substr(2)).value_or(0), 0.0, 1.0);
  return 1;
}

/// The format with the greatest weight; of several, the one that is named first, and by its own name.
std::optional<image_format> best_format(std::string_view accepted, bool eight_bits) {
  std::optional<image_format> best;
  double most = 0;
  while (!accepted.empty()) {
    auto parameters = next_part(accepted, ',');
    const auto range = next_part(parameters, ';');
    const auto format = format_named(range, eight_bits);
    const double own_name = range.ends_with('*') ? 0 : 1e-6;
    const double weight = weight_of(parameters);
    if (format && weight > 0 && weight + own_name > most) {
      most = weight + own_name;
      best = format;
    }
  }
  return best;
}

} // namespace

result<image_encoding> image_encoding_of(const request_head& request, bool eight_bits) {
  // An empty header says as little as none (RFC 9110 12.5.1).
  const auto accepted = request.header("accept").value_or("");
  const auto format = best_format(accepted.empty() ? "*/*" : accepted, eight_bits);
  if (!format)
    return error{error_code::not_acceptable, "Images are sent as image/png, image/x-portable-arbitrarymap and, with 8 "
                                             "bits, as image/jpeg"};
  image_encoding as{.format = *format};
  const auto quality = number_parameter(request, "quality", 1, 100);
  if (!quality)
    return quality.error();
  if (*quality)
    as.jpeg_quality = static_cast<int>(**quality);
  return as;
}

reply image_reply(const imaging::picture& shown, const image_encoding& as) {
  switch (as.format) {
  case image_format::jpeg:
    return {200, std::string(jpeg_type), {}, imaging::jpeg(shown, as.jpeg_quality)};
  case image_format::portable_map:
    return {200, std::string(map_type), {}, imaging::portable_map(shown)};
  case image_format::png:
    break;
  }
  return {200, std::string(png_type), {}, imaging::png(shown)};
}

} // namespace troupe::http
