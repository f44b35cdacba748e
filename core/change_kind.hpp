/// \file
/// What can happen to a resource, as the log of changes tells it.
#pragma once

#include "core/orthanc_id.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace troupe {

/// The numbers are on disk.
enum class change_kind : std::uint8_t {
  new_instance = 0,
  new_series = 1,
  new_study = 2,
  new_patient = 3,
  completed_series = 4,
  stable_series = 5,
  stable_study = 6,
  stable_patient = 7,
  anonymized_series = 8,
  anonymized_study = 9,
  anonymized_patient = 10,
  modified_series = 11,
  modified_study = 12,
  modified_patient = 13,
  updated_attachment = 14,
  updated_metadata = 15,
};

inline constexpr change_kind last_change_kind = change_kind::updated_metadata;

/// `NewInstance`, `StableSeries` ...: as in `/changes`.
std::string_view to_text(change_kind kind) noexcept;
/// The kind of that name, if there is one.
std::optional<change_kind> parse_change_kind(std::string_view text) noexcept;

/// The arrival of a resource.
change_kind arrival_of(resource_level level) noexcept;
/// That a patient, study or series has become stable.
change_kind stability_of(resource_level level) noexcept;
/// That a patient, study or series was made by modifying another one.
change_kind modification_of(resource_level level) noexcept;

} // namespace troupe
