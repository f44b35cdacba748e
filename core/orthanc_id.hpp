/// \file
/// Name of a patient, study, series or instance in the REST API: a SHA-1, shown as five groups of eight hexadecimal
/// digits.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe {

/// 20 bytes of SHA-1 over identifiers (docs: "Orthanc identifiers"). dicom/identifiers.hpp computes it.
struct orthanc_id {
  std::array<std::uint8_t, 20> bytes{};

  /// `907459f3-6149bfb5-cc13a5a4-bed56117-98ab54d9`
  std::string text() const;
  /// The id a text of 44 characters stands for; nothing for any other text. Upper case is refused.
  static std::optional<orthanc_id> parse(std::string_view text);

  friend auto operator<=>(const orthanc_id&, const orthanc_id&) = default;
};

/// The four levels of the DICOM model of the real world (PS3.3 7), in the order patient > instance.
enum class resource_level : std::uint8_t { patient = 0, study = 1, series = 2, instance = 3 };

/// `Patient`, `Study`, `Series`, `Instance`.
std::string_view to_text(resource_level level) noexcept;
/// `patients`, `studies`, `series`, `instances`: as in routes.
std::string_view plural(resource_level level) noexcept;

} // namespace troupe
