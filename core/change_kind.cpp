#include "core/change_kind.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace troupe {
namespace {

/// By number.
constexpr std::array<std::string_view, static_cast<std::size_t>(last_change_kind) + 1> names{
  "NewInstance",   "NewSeries",       "NewStudy",          "NewPatient",      "CompletedSeries",   "StableSeries",
  "StableStudy",   "StablePatient",   "AnonymizedSeries",  "AnonymizedStudy", "AnonymizedPatient", "ModifiedSeries",
  "ModifiedStudy", "ModifiedPatient", "UpdatedAttachment", "UpdatedMetadata",
};

/// The kinds of each family go up from the series to the patient.
change_kind above(change_kind of_series, resource_level level) noexcept {
  const auto steps = static_cast<int>(resource_level::series) - static_cast<int>(level);
  return static_cast<change_kind>(static_cast<int>(of_series) + steps);
}

} // namespace

std::string_view to_text(change_kind kind) noexcept {
  return names[static_cast<std::size_t>(kind)];
}

std::optional<change_kind> parse_change_kind(std::string_view text) noexcept {
  const auto* const found = std::ranges::find(names, text);
  return found == names.end() ? std::nullopt : std::optional(static_cast<change_kind>(found - names.begin()));
}

change_kind arrival_of(resource_level level) noexcept {
  return above(change_kind::new_series, level);
}

change_kind stability_of(resource_level level) noexcept {
  return above(change_kind::stable_series, level);
}

change_kind modification_of(resource_level level) noexcept {
  return above(change_kind::modified_series, level);
}

} // namespace troupe
