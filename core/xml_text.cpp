#include "core/xml_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>

namespace troupe {
namespace {

using nlohmann::json;

constexpr std::string_view no_character = "\xEF\xBF\xBD";

void append_escaped(std::string& xml, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '<')
      xml += "&lt;";
    else if (c == '>')
      xml += "&gt;";
    else if (c == '&')
      xml += "&amp;";
    else if (c == '"')
      xml += "&quot;";
    else if (c == '\r')
      xml += "&#13;"; // it would be read as the end of a line
    else if (byte < 0x20 && c != '\t' && c != '\n')
      xml += no_character;
    else
      xml += c;
  }
}

bool is_letter(char c) {
  return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_';
}

/// A name of ASCII letters, digits, `_`, `-` and `.`, which begins with a letter, and not with `xml`.
bool is_xml_name(std::string_view name) {
  if (name.empty() || !is_letter(name.front()))
    return false;
  const auto begin = name.substr(0, 3);
  const bool reserved =
    std::ranges::equal(begin, std::string_view("xml"), {}, [](char c) { return static_cast<char>(c | 0x20); });
  return !reserved && std::ranges::all_of(name, [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

void append_element(std::string& xml, std::string_view name, const json& value, std::size_t depth);

void append_children(std::string& xml, const json& value, std::size_t depth) {
  if (value.is_object())
    for (const auto& member : value.items())
      append_element(xml, member.key(), member.value(), depth);
  else
    for (const auto& item : value)
      append_element(xml, "item", item, depth);
}

void append_element(std::string& xml, std::string_view name, const json& value, std::size_t depth) {
  const bool plain = is_xml_name(name);
  const std::string indent(2 * depth, ' ');
  xml.append(indent).append("<").append(plain ? name : "member");
  if (!plain) {
    xml += " name=\"";
    append_escaped(xml, name);
    xml += '"';
  }
  if (value.is_structured() && value.empty()) {
    xml += " />\n";
    return;
  }
  xml += '>';
  if (value.is_structured()) {
    xml += '\n';
    append_children(xml, value, depth + 1);
    xml += indent;
  } else {
    append_escaped(xml, value.is_string() ? value.get_ref<const std::string&>() : value.dump());
  }
  xml.append("</").append(plain ? name : "member").append(">\n");
}

} // namespace

std::string xml_text(const json& value) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
  append_element(xml, "root", value, 0);
  return xml;
}

} // namespace troupe
