/// \file
/// A way to an element: `PatientName`, `0010,0010`, `ReferencedStudySequence[0].StudyDate`, `Sequence[*].Tag`.
#pragma once

#include <troupe/error.hpp>

#include "core/instance_summary.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace troupe::dicom {

/// Items of a sequence.
struct item_step {
  dicom_tag sequence = 0;
  std::optional<std::uint32_t> item; ///< from 0; nothing: all of them
  friend bool operator==(const item_step&, const item_step&) = default;
};

/// An element of the data set itself (no steps) or of items below it.
struct tag_path {
  std::vector<item_step> steps;
  dicom_tag tag = 0;

  bool top_level() const noexcept { return steps.empty(); }

  friend bool operator==(const tag_path&, const tag_path&) = default;
};

/// Reads a path; tags are keywords or numbers, also in parentheses. `unknown_dicom_tag` (HTTP 400) for a tag that is
/// none, `bad_request` for a path that is none, for more than 16 steps or an item above 999.
result<tag_path> parse_tag_path(std::string_view text);

} // namespace troupe::dicom
