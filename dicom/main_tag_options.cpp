#include "dicom/main_tag_options.hpp"

#include "dicom/dictionary.hpp"
#include "dicom/tag_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace troupe::dicom {
namespace {

using nlohmann::json;

error wrong(error_code code, const std::string& what) {
  return {code, "ExtraMainDicomTags: " + what};
}

std::optional<resource_level> level_of(std::string_view name) {
  using enum resource_level;
  constexpr std::array levels{patient, study, series, instance};
  const auto* const found = std::ranges::find(levels, name, [](resource_level each) { return to_text(each); });
  return found == levels.end() ? std::nullopt : std::optional(*found);
}

bool holds_bytes(vr type) {
  constexpr std::array types{vr::ob, vr::od, vr::of, vr::ol, vr::ov, vr::ow, vr::un};
  return std::ranges::find(types, type) != types.end();
}

result<void> add(std::vector<extra_main_dicom_tag>& to, resource_level level, const json& name) {
  if (!name.is_string())
    return wrong(error_code::bad_file_format, "names of tags are expected");
  const auto& text = name.get_ref<const std::string&>();
  const auto tag = parse_tag(text);
  const auto* const info = tag ? find_tag(*tag) : nullptr;
  if (!tag || (info == nullptr && find_keyword(text) != tag))
    return wrong(error_code::unknown_dicom_tag, "there is no tag " + text);
  if (info != nullptr && info->type == vr::sq)
    return {};
  if (info != nullptr && holds_bytes(info->type))
    return wrong(error_code::parameter_out_of_range, text + " holds bytes");
  to.push_back({level, *tag, info != nullptr ? std::string(info->name) : text});
  return {};
}

} // namespace

result<std::vector<extra_main_dicom_tag>> parse_extra_main_tags(const json& by_level) {
  std::vector<extra_main_dicom_tag> all;
  for (const auto& [name, tags] : by_level.items()) {
    const auto level = level_of(name);
    if (!level)
      return wrong(error_code::parameter_out_of_range, "Patient, Study, Series or Instance is expected, not " + name);
    if (!tags.is_array())
      return wrong(error_code::bad_file_format, name + ": a list of tags is expected");
    for (const auto& each : tags)
      if (auto added = add(all, *level, each); !added)
        return added.error();
  }
  return all;
}

} // namespace troupe::dicom
