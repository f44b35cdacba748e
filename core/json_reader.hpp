/// \file
/// Reads JSON under rules. What requests (core/json_text.hpp) and configuration files (core/configuration.hpp) share.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace troupe {

/// What is accepted beyond RFC 8259, and what is not.
struct json_rules {
  std::size_t depth_max = 64; ///< arrays and objects inside each other
  bool comments = false;      ///< `//` and `/* */` are skipped
  bool unique_keys = false;   ///< a key that comes twice in an object is a problem; otherwise the last value counts
};

/// Why a text was refused. The reason names no content but the key that came twice.
struct json_problem {
  std::size_t offset = 0; ///< bytes before the place; of a syntax error: of the last byte of the word that does not fit
  std::string reason;
};

/// The value of a text, or what is wrong with it. Needs no stack per level of nesting.
std::variant<nlohmann::json, json_problem> read_json(std::string_view text, const json_rules& rules);

} // namespace troupe
