#include "dicom/tags_json.hpp"

#include <nlohmann/json.hpp>

namespace troupe::dicom {

result<nlohmann::json> tags_json(std::span<const std::byte> file, const tags_options& options) {
  const auto tags = read_tags(file, options);
  if (!tags)
    return tags.error();
  return result<nlohmann::json>(boost::system::in_place_value, nlohmann::json::parse(tags->object()));
}

} // namespace troupe::dicom
