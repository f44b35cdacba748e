#include "core/configuration.hpp"
#include "core/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>

namespace troupe {

namespace {

constexpr std::size_t line_size = 96; // without the indentation

/// The text as `//` comments, broken between words.
void append_comment(std::string& to, std::string_view text) {
  constexpr std::string_view begin = "  //";
  to += begin;
  auto room = line_size;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end + 1 > room) {
      to.append("\n").append(begin);
      room = line_size;
    }
    to.append(" ").append(text.substr(0, end));
    room -= std::min(room, end + 1);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  to += '\n';
}

} // namespace

std::string sample_configuration(const option_list& options) {
  std::string text = "{\n";
  for (const auto* option : options.all()) {
    append_comment(text, option->doc());
    text.append("  ").append(nlohmann::json(option->name()).dump()).append(": ").append(option->default_value().dump());
    text.append(option == options.all().back() ? "\n" : ",\n\n");
  }
  return text + "}\n";
}

std::string current_configuration(const option_list& options) {
  auto values = nlohmann::json::object();
  for (const auto* option : options.all())
    values[std::string(option->name())] = option->value();
  return pretty(values);
}

} // namespace troupe
