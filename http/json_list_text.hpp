/// \file
/// A JSON array of any length as text, element by element: only the text is kept.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace troupe::http {

/// Makes what `pretty` makes of the array.
class json_list_text {
public:
  void add(const nlohmann::json& element);
  /// The whole text.
  std::string take() &&;

private:
  std::string text_ = "[";
};

} // namespace troupe::http
