#include "core/json_text.hpp"

#include "core/json_reader.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace troupe {

std::string pretty(const nlohmann::json& value) {
  return value.dump(3, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

result<nlohmann::json> parse_json_text(std::string_view text, std::size_t depth_max) {
  auto read = read_json(text, {.depth_max = depth_max, .comments = true});
  if (const auto* problem = std::get_if<json_problem>(&read))
    return error{error_code::bad_json, problem->reason + " at byte " + std::to_string(problem->offset)};
  return result<nlohmann::json>(boost::system::in_place_value, std::get<nlohmann::json>(std::move(read)));
}

} // namespace troupe
