#include "core/orthanc_id.hpp"

#include "core/hex_text.hpp"

namespace troupe {

namespace {

constexpr std::array<std::string_view, 4> level_names{"Patient", "Study", "Series", "Instance"};
constexpr std::array<std::string_view, 4> plural_names{"patients", "studies", "series", "instances"};

bool is_hyphen_place(std::size_t place) {
  return place % 9 == 8;
}

} // namespace

std::string orthanc_id::text() const {
  return hex_text(bytes, is_hyphen_place);
}

std::optional<orthanc_id> orthanc_id::parse(std::string_view text) {
  orthanc_id id;
  if (text.size() != 44 || !parse_hex_text(text, is_hyphen_place, id.bytes))
    return std::nullopt;
  return id;
}

std::string_view to_text(resource_level level) noexcept {
  return level_names[static_cast<std::size_t>(level)];
}

std::string_view plural(resource_level level) noexcept {
  return plural_names[static_cast<std::size_t>(level)];
}

} // namespace troupe
