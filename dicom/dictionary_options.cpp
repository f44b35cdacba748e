#include "dicom/dictionary_options.hpp"

#include "dicom/dictionary.hpp"
#include "dicom/tag_text.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdicent.h>
#include <dcmtk/dcmdata/dcdict.h>
#include <dcmtk/dcmdata/dcvr.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <optional>
#include <string_view>

namespace troupe::dicom {
namespace {

using nlohmann::json;

constexpr std::size_t creator_max = 64;
constexpr unsigned values_most = 65'535;

error wrong(error_code code, const std::string& tag, std::string_view why) {
  return {code, "Dictionary: " + tag + ": " + std::string(why)};
}

std::optional<vr> parse_vr(const std::string& letters) {
  if (letters.size() != 2)
    return {};
  const auto type =
    static_cast<vr>(static_cast<unsigned char>(letters[0]) << 8 | static_cast<unsigned char>(letters[1]));
  return traits(type).known ? std::optional(type) : std::nullopt;
}

bool is_shape(const json& entry) {
  return entry.is_array() && entry.size() >= 2 && entry.size() <= 5 && entry[0].is_string() && entry[1].is_string()
         && (entry.size() < 3 || entry[2].is_number_unsigned()) && (entry.size() < 4 || entry[3].is_number_unsigned())
         && (entry.size() < 5 || entry[4].is_string());
}

result<added_tag> parse_added_tag(const std::string& key, const json& entry) {
  const auto tag = parse_tag(key);
  if (!tag)
    return wrong(error_code::unknown_dicom_tag, key, "this is no tag, such as 0019,1002");
  if (!is_shape(entry))
    return wrong(error_code::bad_file_format, key,
                 "[VR, name, least values, most values, private creator] is expected");
  const auto type = parse_vr(entry[0].get<std::string>());
  if (!type)
    return wrong(error_code::parameter_out_of_range, key, "the VR is none");
  const auto number = [&](std::size_t place) { return entry.size() > place ? entry[place].get<std::uint64_t>() : 1; };
  if (number(2) < 1 || number(2) > values_most || number(3) > values_most || (number(3) != 0 && number(3) < number(2)))
    return wrong(error_code::parameter_out_of_range, key,
                 "at least one value, and as many at most, or 0 for any number");
  added_tag added{.tag = *tag,
                  .type = *type,
                  .name = entry[1].get<std::string>(),
                  .values_min = static_cast<unsigned>(number(2)),
                  .values_max = static_cast<unsigned>(number(3)),
                  .private_creator = entry.size() > 4 ? entry[4].get<std::string>() : ""};
  if (added.name.empty() || added.private_creator.size() > creator_max)
    return wrong(error_code::parameter_out_of_range, key, "a name is needed, and a creator has at most 64 characters");
  const bool is_odd = is_private(*tag);
  if (is_odd == added.private_creator.empty())
    return wrong(error_code::parameter_out_of_range, key,
                 is_odd ? "a private tag needs its creator" : "only tags of an odd group have a creator");
  if (is_odd && ((*tag >> 16) < 9 || (*tag & 0xffff) < 0x1000))
    return wrong(error_code::parameter_out_of_range, key, "private tags are from (0009,1000) on");
  return added;
}

/// A block is not a property of a private tag: any one can be reserved.
dicom_tag in_dictionary(const added_tag& added) {
  return is_private(added.tag) ? added.tag & 0xffff00ff : added.tag;
}

} // namespace

result<std::vector<added_tag>> parse_added_tags(const json& dictionary) {
  std::vector<added_tag> tags;
  for (const auto& [key, entry] : dictionary.items()) {
    auto added = parse_added_tag(key, entry);
    if (!added)
      return added.error();
    tags.push_back(*std::move(added));
  }
  return tags;
}

result<void> add_to_dictionary(const std::vector<added_tag>& tags) {
  for (const added_tag& each : tags) {
    std::string shown;
    append_tag(shown, each.tag, ',');
    if (find_tag(each.tag, each.private_creator) != nullptr)
      return wrong(error_code::already_existing_tag, shown, "the dictionary has this tag already");
    if (find_keyword(each.name))
      return wrong(error_code::already_existing_tag, shown, "another tag has the name " + each.name);
    const DcmVR type(std::string{static_cast<char>(static_cast<unsigned>(each.type) >> 8),
                                 static_cast<char>(static_cast<unsigned>(each.type) & 0xff)}
                       .c_str());
    const dicom_tag tag = in_dictionary(each);
    const int most = each.values_max == 0 ? DcmVariableVM : static_cast<int>(each.values_max);
    dcmDataDict.wrlock().addEntry(
      new DcmDictEntry(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xffff), type, each.name.c_str(),
                       static_cast<int>(each.values_min), most, "configuration", OFTrue,
                       each.private_creator.empty() ? nullptr : each.private_creator.c_str()));
    dcmDataDict.wrunlock();
    reread_dictionary(each.tag, each.name);
  }
  return {};
}

void forget_private_tags() {
  const char* const asked = std::getenv("DCMDICTPATH");
  std::string_view paths = asked != nullptr && *asked != '\0' ? asked : DCM_DICT_DEFAULT_PATH;
  DcmDataDictionary& entries = dcmDataDict.wrlock();
  entries.clear();
  while (!paths.empty()) {
    const std::string path(paths.substr(0, paths.find(':')));
    paths.remove_prefix(std::min(path.size() + 1, paths.size()));
    if (!path.ends_with("private.dic"))
      entries.loadDictionary(path.c_str());
  }
  dcmDataDict.wrunlock();
  reread_dictionary();
}

} // namespace troupe::dicom
