#include "dicom/modification.hpp"

#include "dicom/charset.hpp"
#include "dicom/data_uri.hpp"
#include "dicom/dictionary.hpp"
#include "dicom/new_element.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>

namespace troupe::dicom {
namespace {

using nlohmann::json;

constexpr int items_depth_max = 16;
constexpr std::size_t uid_length_max = 64;
constexpr dicom_tag specific_character_set = 0x00080005;
constexpr dicom_tag pixel_data = 0x7fe00010;

error refused(std::string why) {
  return {error_code::bad_request, std::move(why)};
}

error wrong_field(const char* name, const char* wanted) {
  return {error_code::bad_file_format, std::string("The field ") + name + " must be " + wanted};
}

std::string name_of(dicom_tag tag) {
  const auto* const known = find_tag(tag);
  return known != nullptr ? std::string(known->name) : "the tag";
}

/// Meta information, commands, group lengths and delimiters are not of the data set, or follow from it.
bool may_change(dicom_tag tag) {
  const auto group = tag >> 16;
  return group >= 8 && group != 0xfffe && (tag & 0xffff) != 0;
}

bool is_identifier(dicom_tag tag) {
  return std::ranges::find(identifier_tags, tag) != identifier_tags.end();
}

resource_level level_of_identifier(dicom_tag tag) {
  return static_cast<resource_level>(std::ranges::find(identifier_tags, tag) - identifier_tags.begin());
}

result<bool> flag_of(const json& request, const char* name) {
  const auto found = request.find(name);
  if (found == request.end())
    return false;
  if (!found->is_boolean())
    return wrong_field(name, "true or false");
  return found->get<bool>();
}

result<new_value> value_of(const json& given, int depth);

result<new_item> item_of(const json& given, int depth) {
  if (!given.is_object())
    return error{error_code::bad_parameter_type, "An item of a sequence must be an object"};
  new_item item;
  for (const auto& [name, content] : given.items()) {
    const auto where = parse_tag_path(name);
    if (!where)
      return where.error();
    if (!where->top_level() || !may_change(where->tag))
      return refused("No tag of an item: " + name.substr(0, uid_length_max));
    auto value = value_of(content, depth + 1);
    if (!value)
      return value.error();
    if (auto fits = check_value(where->tag, *value); !fits)
      return fits.error();
    item.elements.push_back({where->tag, *std::move(value)});
  }
  return item;
}

result<new_value> value_of(const json& given, int depth) {
  if (given.is_string()) {
    const auto& text = given.get_ref<const std::string&>();
    if (!is_data_uri(text))
      return new_value{new_value::kind::text, text, {}};
    auto bytes = decode_data_uri(text);
    if (!bytes)
      return bytes.error();
    return new_value{new_value::kind::bytes, *std::move(bytes), {}};
  }
  if (!given.is_array())
    return error{error_code::bad_parameter_type, "A value must be a text or an array of objects"};
  if (depth == items_depth_max)
    return refused("The sequences are nested too deeply");
  new_value value{.what = new_value::kind::items, .text = {}, .items = {}};
  for (const auto& one : given) {
    auto item = item_of(one, depth);
    if (!item)
      return item.error();
    value.items.push_back(*std::move(item));
  }
  return value;
}

bool is_uid(std::string_view text) {
  const auto allowed = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
  return !text.empty() && text.size() <= uid_length_max && std::ranges::all_of(text, allowed);
}

result<void> check_identifier(const replacement& one, resource_level level) {
  const auto name = name_of(one.where.tag);
  if (level_of_identifier(one.where.tag) > level)
    return refused("When a resource is modified, identifiers below its level cannot be replaced: " + name);
  const bool patient = one.where.tag == identifier_tags[0];
  const auto& text = one.value.text;
  if (one.value.what != new_value::kind::text || (!patient && !is_uid(text))
      || (patient && (text.size() > uid_length_max || text.find('\\') != std::string::npos)))
    return refused("This cannot be a " + name);
  return {};
}

result<void> read_replace(const json& fields, modification& into) {
  if (!fields.is_object())
    return wrong_field("Replace", "an object");
  for (const auto& [name, content] : fields.items()) {
    auto where = parse_tag_path(name);
    if (!where)
      return where.error();
    if (!may_change(where->tag) || where->tag == pixel_data)
      return refused("Cannot be replaced: " + name_of(where->tag));
    if (!where->top_level() && where->tag == specific_character_set)
      return refused("The character set can only be replaced in the data set itself");
    auto value = value_of(content, 0);
    if (!value)
      return value.error();
    if (auto fits = check_value(where->tag, *value); !fits)
      return fits.error();
    if (where->tag == specific_character_set && !charset(value->text).known())
      return refused("Unknown character set");
    into.replace.push_back({*std::move(where), *std::move(value)});
    if (const auto& one = into.replace.back(); one.where.top_level() && is_identifier(one.where.tag))
      if (auto allowed = check_identifier(one, into.level); !allowed)
        return allowed;
  }
  return {};
}

/// The paths of an array of texts.
result<std::vector<tag_path>> paths_of(const json& request, const char* name) {
  std::vector<tag_path> paths;
  const auto found = request.find(name);
  if (found == request.end())
    return paths;
  if (!found->is_array())
    return wrong_field(name, "an array of tags");
  for (const auto& one : *found) {
    if (!one.is_string())
      return wrong_field(name, "an array of tags");
    auto path = parse_tag_path(one.get_ref<const std::string&>());
    if (!path)
      return path.error();
    paths.push_back(*std::move(path));
  }
  return paths;
}

result<void> read_remove(const json& request, modification& into) {
  auto paths = paths_of(request, "Remove");
  if (!paths)
    return paths.error();
  for (const auto& path : *paths) {
    if (path.top_level() && is_identifier(path.tag))
      return refused("An identifier cannot be removed: " + name_of(path.tag));
    if (!may_change(path.tag) || path.tag == specific_character_set)
      return refused("Cannot be removed: " + name_of(path.tag));
  }
  into.remove = *std::move(paths);
  return {};
}

result<void> read_keep(const json& request, modification& into) {
  const auto paths = paths_of(request, "Keep");
  if (!paths)
    return paths.error();
  for (const auto& path : *paths) {
    if (!path.top_level())
      return refused("Only tags of the data set itself can be kept");
    into.keep.push_back(path.tag);
  }
  return {};
}

result<void> check_force(const modification& made, bool force) {
  for (const auto tag : identifier_tags)
    if ((made.replaced(tag) != nullptr || made.keeps(tag)) && !force)
      return refused("Marking an identifier as to be replaced or kept requires the field Force to be true: "
                     + name_of(tag));
  if (made.level == resource_level::patient && made.replaced(identifier_tags[0]) == nullptr)
    return refused("When a patient is modified, a new PatientID is required");
  return {};
}

} // namespace

const new_value* modification::replaced(dicom_tag tag) const noexcept {
  const auto found =
    std::ranges::find_if(replace, [&](const replacement& r) { return r.where.top_level() && r.where.tag == tag; });
  return found == replace.end() ? nullptr : &found->value;
}

bool modification::keeps(dicom_tag tag) const noexcept {
  return std::ranges::find(keep, tag) != keep.end();
}

bool modification::regenerates(resource_level of) const noexcept {
  const auto tag = identifier_tags[static_cast<std::size_t>(of)];
  return of != resource_level::patient && of >= level && replaced(tag) == nullptr && !keeps(tag);
}

result<modification> parse_modification(const json& request, resource_level level) {
  if (!request.is_object())
    return error{error_code::bad_file_format, "The body must be a JSON object"};
  modification made;
  made.level = level;
  const auto force = flag_of(request, "Force");
  if (!force)
    return force.error();
  const auto remove_private = flag_of(request, "RemovePrivateTags");
  if (!remove_private)
    return remove_private.error();
  made.remove_private_tags = *remove_private;
  if (const auto found = request.find("PrivateCreator"); found != request.end()) {
    if (!found->is_string() || found->get_ref<const std::string&>().size() > uid_length_max)
      return wrong_field("PrivateCreator", "a text of at most 64 characters");
    made.private_creator = found->get<std::string>();
  }
  if (const auto found = request.find("Replace"); found != request.end())
    if (auto read = read_replace(*found, made); !read)
      return read.error();
  if (auto read = read_remove(request, made); !read)
    return read.error();
  if (auto read = read_keep(request, made); !read)
    return read.error();
  if (auto checked = check_force(made, *force); !checked)
    return checked.error();
  return made;
}

} // namespace troupe::dicom
