#include "http/job_request.hpp"

#include <nlohmann/json.hpp>

#include <limits>

namespace troupe::http {

namespace {

error wrong_type(const char* name, const char* wanted) {
  return {error_code::bad_file_format, std::string("The field ") + name + " must be " + wanted};
}

result<std::int32_t> priority_field(const nlohmann::json& body) {
  const auto found = body.find("Priority");
  if (found == body.end())
    return 0;
  if (!found->is_number_integer())
    return wrong_type("Priority", "an integer");
  const auto value = found->get<std::int64_t>();
  if (value < std::numeric_limits<std::int32_t>::min() || value > std::numeric_limits<std::int32_t>::max())
    return wrong_type("Priority", "an integer of 32 bits");
  return static_cast<std::int32_t>(value);
}

} // namespace

result<bool> boolean_field(const nlohmann::json& body, const char* name, bool fallback) {
  const auto found = body.find(name);
  if (found == body.end())
    return fallback;
  if (!found->is_boolean())
    return wrong_type(name, "true or false");
  return found->get<bool>();
}

result<std::string> text_field(const nlohmann::json& body, const char* name, std::string fallback) {
  const auto found = body.find(name);
  if (found == body.end())
    return fallback;
  if (!found->is_string())
    return wrong_type(name, "a text");
  return found->get<std::string>();
}

result<job_request> read_job_request(const nlohmann::json& body) {
  if (!body.is_object())
    return error{error_code::bad_file_format, "The body must be a JSON object"};
  const auto asynchronous = boolean_field(body, "Asynchronous", false);
  if (!asynchronous)
    return asynchronous.error();
  const auto synchronous = boolean_field(body, "Synchronous", !*asynchronous); // it wins if both are given
  if (!synchronous)
    return synchronous.error();
  const auto priority = priority_field(body);
  if (!priority)
    return priority.error();
  const auto permissive = boolean_field(body, "Permissive", false);
  if (!permissive)
    return permissive.error();
  const auto user_data = body.find("UserData");
  return job_request{*synchronous, *priority, *permissive, user_data == body.end() ? "" : user_data->dump()};
}

} // namespace troupe::http
