#include "core/configuration.hpp"

#include "core/json_reader.hpp"
#include "core/json_text.hpp"
#include "core/option_names.hpp"
#include "core/substitution.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace troupe {

namespace {

using warnings = std::vector<std::string>;

/// `line:column`, both from 1, the column in bytes.
std::string place_text(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  const auto line = std::ranges::count(before, '\n') + 1;
  const auto last = before.rfind('\n');
  const auto column = last == std::string_view::npos ? offset + 1 : offset - last;
  return std::to_string(line) + ":" + std::to_string(column);
}

result<nlohmann::json> read_object(const configuration_text& file, const environment& variables) {
  const substituted_text substituted(file.text, variables);
  auto read = read_json(substituted.text(), {.depth_max = json_depth_max, .comments = true, .unique_keys = true});
  if (const auto* problem = std::get_if<json_problem>(&read)) {
    const auto place = place_text(file.text, substituted.source_offset(problem->offset));
    return error{error_code::bad_json, file.name + ":" + place + ": " + problem->reason};
  }
  auto& value = std::get<nlohmann::json>(read);
  if (!value.is_object())
    return error{error_code::bad_file_format, file.name + ": a configuration is a JSON object"};
  return result<nlohmann::json>(boost::system::in_place_value, std::move(value));
}

std::string ignored_text(const option_list& options, std::string_view name) {
  std::string text(name);
  if (is_orthanc_option(name))
    return text + " is not supported yet, ignored";
  text += " is no option, ignored";
  if (const auto meant = nearest_option(options, name); !meant.empty())
    text.append("; did you mean ").append(meant).append("?");
  return text;
}

error placed(const std::string& where, const error& why) {
  return {why.code(), where + ": " + why.details()};
}

result<void> apply_file(option_list& options, const configuration_text& file, const nlohmann::json& object,
                        warnings& told) {
  for (const auto& [key, value] : object.items()) {
    auto* option = options.find(key);
    if (option == nullptr)
      told.push_back(file.name + ": " + ignored_text(options, key));
    else if (const auto set = option->set(value); !set)
      return placed(file.name, set.error());
  }
  return {};
}

/// What follows the prefix of our variables; nothing for others.
std::optional<std::string_view> variable_key(std::string_view variable) {
  for (const std::string_view prefix : {"ORTHANC__", "TROUPE__"})
    if (variable.starts_with(prefix))
      return variable.substr(prefix.size());
  return std::nullopt;
}

/// `PORT=8042` is a number, but `NAME=8042` a text.
result<void> set_from_text(option_base& option, const std::string& text) {
  if (const auto value = parse_json_text(text)) {
    auto set = option.set(*value);
    if (set || set.error().code() != error_code::bad_parameter_type)
      return set;
  }
  return option.set(nlohmann::json(text));
}

result<void> apply_environment(option_list& options, const environment& variables, warnings& told) {
  for (const auto& [variable, text] : variables) {
    const auto key = variable_key(variable);
    if (!key)
      continue;
    const auto section_end = key->find("__"); // a second level: all our options are of the first
    auto* option = section_end == std::string_view::npos ? find_by_letters(options, *key) : nullptr;
    if (option == nullptr)
      told.push_back(variable + ": " + ignored_text(options, key->substr(0, section_end)));
    else if (const auto set = set_from_text(*option, text); !set)
      return placed(variable, set.error());
  }
  return {};
}

} // namespace

result<std::vector<std::string>> configure(option_list& options, std::span<const configuration_text> files,
                                           const environment& variables) {
  warnings told;
  std::map<std::string, std::string_view> file_of;
  for (const auto& file : files) {
    const auto object = read_object(file, variables);
    if (!object)
      return object.error();
    for (const auto& item : object->items()) {
      const auto [first, added] = file_of.emplace(item.key(), file.name);
      if (!added)
        return error{error_code::incompatible_configurations,
                     item.key() + " is in two files: " + std::string(first->second) + " and " + file.name};
    }
    if (const auto applied = apply_file(options, file, *object, told); !applied)
      return applied.error();
  }
  if (const auto applied = apply_environment(options, variables, told); !applied)
    return applied.error();
  return told;
}

} // namespace troupe
