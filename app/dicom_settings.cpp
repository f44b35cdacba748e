#include "app/dicom_settings.hpp"

#include "core/main_dicom_tags.hpp"
#include "dicom/default_encoding.hpp"
#include "dicom/dictionary_options.hpp"
#include "dicom/main_tag_options.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace troupe::app {
namespace {

error unknown_encoding() {
  std::string names;
  for (const auto name : dicom::encoding_names())
    names.append(names.empty() ? "" : ", ").append(name);
  return {error_code::parameter_out_of_range, "DefaultEncoding: one of these is expected: " + names};
}

} // namespace

result<void> use_dicom_settings(const options& settings) {
  if (!dicom::set_default_encoding(settings.default_encoding()))
    return unknown_encoding();
  if (settings.default_private_creator().size() > 64)
    return error{error_code::parameter_out_of_range, "DefaultPrivateCreator: at most 64 characters are expected"};
  if (!settings.load_private_dictionary())
    dicom::forget_private_tags();
  const auto tags = dicom::parse_added_tags(nlohmann::json::parse(settings.dictionary()));
  if (!tags)
    return tags.error();
  if (auto added = dicom::add_to_dictionary(*tags); !added)
    return added;
  const auto extra = dicom::parse_extra_main_tags(nlohmann::json::parse(settings.extra_main_dicom_tags()));
  if (!extra)
    return extra.error();
  return add_main_dicom_tags(*extra);
}

} // namespace troupe::app
