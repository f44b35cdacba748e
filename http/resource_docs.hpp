/// \file
/// What the descriptions of routes that show resources have in common.
#pragma once

#include "http/route.hpp"

#include <string_view>

namespace troupe::http {

inline constexpr parameter_doc simplify_doc{"simplify", "Main tags by keyword; this is the default"};
inline constexpr parameter_doc short_doc{"short", "Main tags by number: `gggg,eeee`"};
inline constexpr parameter_doc full_doc{"full", "Main tags by number, with name and type"};
inline constexpr parameter_doc response_content_doc{
  "response-content",
  "The parts to show of each resource, joined by semicolons: `MainDicomTags`, `Metadata`, `Children`, "
  "`Parent`, `Labels`, `Status`, `IsStable`, `IsProtected`, `Attachments`. It wins over `expand`"};

inline constexpr parameter_doc requested_tags_doc{
  "requested-tags",
  "Tags to show as `RequestedTags`, joined by semicolons; those that the index lacks are read from the file of one "
  "instance of each resource"};

inline constexpr std::string_view list_schema = R"({"type": "array", "items": {"type": ["string", "object"]}})";
inline constexpr std::string_view resource_schema =
  R"({"type": "object", "required": ["ID", "Type"], "properties": {
  "ID": {"type": "string"}, "Type": {"enum": ["Patient", "Study", "Series", "Instance"]}, "MainDicomTags": {"type": "object"}}})";

} // namespace troupe::http
