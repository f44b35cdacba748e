#include "http/job_request.hpp"

#include "core/time_text.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace troupe::http {

namespace {

using nlohmann::json;

constexpr std::int32_t retries_max = 1000;
constexpr double delay_max_s = 30 * 86'400.0;

// Also the list of the fields' names.
constexpr std::string_view schema_text = R"({"type": "object", "properties": {
  "Synchronous": {"type": "boolean", "default": true, "description": "Answer when the job has ended; wins over Asynchronous"},
  "Asynchronous": {"type": "boolean", "default": false, "description": "Answer when the job is on disk, with its name"},
  "Priority": {"type": "integer", "default": 0, "description": "Higher runs first"},
  "Permissive": {"type": "boolean", "default": false, "description": "Go on when single items fail"},
  "UserData": {"description": "Kept with the job"},
  "MaxRetries": {"type": "integer", "minimum": 0, "maximum": 1000, "description": "Further attempts after a failure that may pass; default: that of the type"},
  "RetryDelay": {"type": "number", "exclusiveMinimum": 0, "maximum": 2592000, "default": 10, "description": "Mean seconds before the first of them; doubles with each. Only with MaxRetries"},
  "RetryDelayMax": {"type": "number", "exclusiveMinimum": 0, "maximum": 2592000, "default": 3600, "description": "No pause is longer. Only with MaxRetries"},
  "NotBefore": {"type": "string", "description": "The job does not start before: 2026-01-31T12:00:00Z, or as times in jobs are shown"}}})";

error wrong_type(const char* name, const char* wanted) {
  return {error_code::bad_file_format, std::string("The field ") + name + " must be " + wanted};
}

error wrong_value(const char* name, const std::string& wanted) {
  return {error_code::parameter_out_of_range, std::string("The field ") + name + " must be " + wanted};
}

result<std::chrono::milliseconds> delay_field(const json& body, const char* name, std::chrono::milliseconds fallback) {
  const auto found = body.find(name);
  if (found == body.end())
    return fallback;
  if (!found->is_number())
    return wrong_type(name, "a number of seconds");
  const auto value = found->get<double>();
  if (!(value > 0) || value > delay_max_s)
    return wrong_value(name, "a number of seconds above 0 and up to 2592000");
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(value * 1000)));
}

result<std::optional<retry_policy>> retries_of(const json& body) {
  retry_policy policy;
  if (!body.contains("MaxRetries")) {
    if (body.contains("RetryDelay") || body.contains("RetryDelayMax"))
      return error{error_code::parameter_out_of_range, "RetryDelay and RetryDelayMax need MaxRetries"};
    return std::optional<retry_policy>();
  }
  const auto most = integer_field(body, "MaxRetries", 0, 0, retries_max);
  if (!most)
    return most.error();
  const auto delay = delay_field(body, "RetryDelay", policy.delay);
  if (!delay)
    return delay.error();
  const auto longest = delay_field(body, "RetryDelayMax", std::max(policy.delay_max, *delay));
  if (!longest)
    return longest.error();
  if (*longest < *delay)
    return wrong_value("RetryDelayMax", "at least RetryDelay");
  policy.max_retries = static_cast<std::uint32_t>(*most);
  policy.delay = *delay;
  policy.delay_max = *longest;
  return std::optional(policy);
}

} // namespace

result<bool> boolean_field(const json& body, const char* name, bool fallback) {
  const auto found = body.find(name);
  if (found == body.end())
    return fallback;
  if (!found->is_boolean())
    return wrong_type(name, "true or false");
  return found->get<bool>();
}

result<std::string> text_field(const json& body, const char* name, std::string fallback) {
  const auto found = body.find(name);
  if (found == body.end())
    return fallback;
  if (!found->is_string())
    return wrong_type(name, "a text");
  return found->get<std::string>();
}

result<std::int32_t> integer_field(const json& body, const char* name, std::int32_t fallback, std::int32_t least,
                                   std::int32_t most) {
  const auto found = body.find(name);
  if (found == body.end())
    return fallback;
  if (!found->is_number_integer())
    return wrong_type(name, "an integer");
  const bool large = found->is_number_unsigned() && found->get<std::uint64_t>() > static_cast<std::uint64_t>(most);
  if (large || found->get<std::int64_t>() < least || found->get<std::int64_t>() > most)
    return wrong_value(name, "from " + std::to_string(least) + " to " + std::to_string(most));
  return static_cast<std::int32_t>(found->get<std::int64_t>());
}

result<std::optional<time_point>> time_field(const json& body, const char* name) {
  const auto found = body.find(name);
  if (found == body.end())
    return std::optional<time_point>();
  if (!found->is_string())
    return wrong_type(name, "a text");
  const auto time = parse_time(found->get_ref<const std::string&>());
  if (!time)
    return wrong_value(name, "a time such as 2026-01-31T12:00:00Z");
  return time;
}

result<job_request> read_job_request(const json& body) {
  if (!body.is_object())
    return error{error_code::bad_file_format, "The body must be a JSON object"};
  const auto asynchronous = boolean_field(body, "Asynchronous", false);
  if (!asynchronous)
    return asynchronous.error();
  const auto synchronous = boolean_field(body, "Synchronous", !*asynchronous); // it wins if both are given
  if (!synchronous)
    return synchronous.error();
  using limits = std::numeric_limits<std::int32_t>;
  const auto priority = integer_field(body, "Priority", 0, limits::min(), limits::max());
  if (!priority)
    return error{error_code::bad_file_format, priority.error().details()};
  const auto permissive = boolean_field(body, "Permissive", false);
  if (!permissive)
    return permissive.error();
  const auto retries = retries_of(body);
  if (!retries)
    return retries.error();
  const auto not_before = time_field(body, "NotBefore");
  if (!not_before)
    return not_before.error();
  const auto user_data = body.find("UserData");
  return job_request{*synchronous, *priority,  *permissive, user_data == body.end() ? "" : user_data->dump(),
                     *retries,     *not_before};
}

json without_job_fields(json body) {
  static const json fields = json::parse(schema_text).at("properties");
  for (const auto& [name, unused] : fields.items())
    body.erase(name);
  return body;
}

std::string_view job_request_schema() {
  return schema_text;
}

} // namespace troupe::http
