#include "http/level_routes.hpp"

#include <array>

namespace troupe::http {
namespace {

using enum resource_level;

constexpr std::array levels{patient, study, series, instance};
constexpr std::string_view any_level = "/*/";

} // namespace

level_routes::level_routes(std::span<const route> patterns) {
  paths_.reserve(patterns.size() * levels.size()); // so that no path moves
  for (const auto& pattern : patterns) {
    if (!pattern.path.starts_with(any_level)) {
      rows_.push_back(pattern);
      continue;
    }
    for (const auto level : levels) {
      paths_.push_back('/' + std::string(plural(level)) + std::string(pattern.path.substr(any_level.size() - 1)));
      rows_.push_back(pattern);
      rows_.back().path = paths_.back();
    }
  }
}

std::optional<resource_name> name_in_path(const exchange& with) {
  const auto id = orthanc_id::parse(with.path_parameter("id"));
  for (const auto level : levels)
    if (id && with.head().path.front() == plural(level))
      return resource_name{level, *id};
  return std::nullopt;
}

std::optional<persistence::resource> resource_in_path(const exchange& with, const persistence::read_transaction& from) {
  const auto name = name_in_path(with);
  return name ? persistence::find_resource(from, name->level, name->id) : std::nullopt;
}

} // namespace troupe::http
