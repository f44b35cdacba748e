#include "http/json_list_text.hpp"

#include "core/json_text.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace troupe::http {

void json_list_text::add(const nlohmann::json& element) {
  text_ += text_.size() == 1 ? "\n   " : ",\n   ";
  auto text = pretty(element);
  text.pop_back();            // the line feed at the end
  for (const char c : text) { // a line feed within a string is escaped: these are between members
    text_ += c;
    if (c == '\n')
      text_ += "   ";
  }
}

std::string json_list_text::take() && {
  text_ += text_.size() == 1 ? "]\n" : "\n]\n";
  return std::move(text_);
}

} // namespace troupe::http
