#include "http/tags_request.hpp"

#include "dicom/tag_text.hpp"

#include <algorithm>

namespace troupe::http {

dicom::tag_format format_asked(const exchange& with) {
  if (with.flag("simplify"))
    return dicom::tag_format::simplified;
  return with.flag("short") ? dicom::tag_format::brief : dicom::tag_format::full;
}

result<dicom::tags_options> tags_options_asked(const exchange& with, dicom::tag_format format) {
  dicom::tags_options options{.format = format, .whole = with.flag("whole")};
  auto list = with.head().parameter("ignore-length").value_or("");
  while (!list.empty()) {
    const auto name = list.substr(0, list.find(','));
    const auto tag = dicom::parse_tag(name);
    if (!tag)
      return error{error_code::unknown_dicom_tag, "'ignore-length' has an unknown tag"};
    options.ignore_length.push_back(*tag);
    list.remove_prefix(std::min(name.size() + 1, list.size()));
  }
  return options;
}

reply tags_reply(const dicom::tags_text& tags) {
  return {200, "application/json; charset=utf-8", {}, tags.object() + '\n'};
}

error unreadable(const error& why) {
  if (why.code() != error_code::bad_file_format)
    return why;
  return {error_code::corrupted_file, why.details()};
}

} // namespace troupe::http
