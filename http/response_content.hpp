/// \file
/// Which parts of a resource a reply shows: `response-content` of the query, `ResponseContent` of a body.
#pragma once

#include <troupe/error.hpp>

#include <string_view>

namespace troupe::http {

/// The parts. `ID` and `Type` are always shown.
struct response_content {
  bool main_dicom_tags = false;
  bool metadata = false;
  bool children = false;
  bool parent = false;
  bool labels = false;
  bool status = false;
  bool is_stable = false;
  bool is_protected = false;
  bool attachments = false;
  bool requested_tags = false;
  /// What whole resources have always shown of metadata and attachments: `LastUpdate`, `IndexInSeries`,
  /// `ExpectedNumberOfInstances`, `FileSize`, `FileUuid`. It has no name of its own.
  bool facts = false;
};

/// A whole resource, as without `response-content`.
constexpr response_content whole_resource() noexcept {
  return {.main_dicom_tags = true,
          .children = true,
          .parent = true,
          .labels = true,
          .status = true,
          .is_stable = true,
          .is_protected = true,
          .requested_tags = true,
          .facts = true};
}

/// Adds the part of that name; `parameter_out_of_range` if there is none.
result<void> add_part(response_content& to, std::string_view name);

/// `MainDicomTags;Children`: the parts of a list with semicolons.
result<response_content> parse_response_content(std::string_view list);

} // namespace troupe::http
