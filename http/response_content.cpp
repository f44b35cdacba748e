#include "http/response_content.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace troupe::http {

namespace {

constexpr std::array<std::pair<std::string_view, bool response_content::*>, 10> parts{{
  {"MainDicomTags", &response_content::main_dicom_tags},
  {"Metadata", &response_content::metadata},
  {"Children", &response_content::children},
  {"Parent", &response_content::parent},
  {"Labels", &response_content::labels},
  {"Status", &response_content::status},
  {"IsStable", &response_content::is_stable},
  {"IsProtected", &response_content::is_protected},
  {"Attachments", &response_content::attachments},
  {"RequestedTags", &response_content::requested_tags},
}};

} // namespace

result<void> add_part(response_content& to, std::string_view name) {
  const auto* const found = std::ranges::find(parts, name, &decltype(parts)::value_type::first);
  if (found == parts.end())
    return error{error_code::parameter_out_of_range, "There is no such part of a resource: " + std::string(name)};
  to.*found->second = true;
  return {};
}

result<response_content> parse_response_content(std::string_view list) {
  response_content asked;
  while (!list.empty()) {
    const auto name = list.substr(0, list.find(';'));
    if (!name.empty())
      if (auto added = add_part(asked, name); !added)
        return std::move(added).error();
    list.remove_prefix(std::min(name.size() + 1, list.size()));
  }
  return asked;
}

} // namespace troupe::http
