#include "http/modality_request.hpp"

#include "core/json_text.hpp"
#include "core/modality.hpp"
#include "core/orthanc_id.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <limits>
#include <utility>

namespace troupe::http {

namespace {

using nlohmann::json;

constexpr std::uint32_t timeout_max_s = 86'400;

error wrong(const char* name, const char* wanted) {
  return {error_code::bad_file_format, std::string("The field ") + name + " must be " + wanted};
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

result<json> object_with(json resources) {
  json body = json::object();
  body["Resources"] = std::move(resources);
  return {boost::system::in_place_value, std::move(body)};
}

// The body as an object, whichever form it has.
result<json> as_object(std::string_view body) {
  const auto text = trimmed(body);
  if (text.empty() || std::string_view("{[\"").find(text.front()) == std::string_view::npos)
    return object_with(json::array({text}));
  auto parsed = parse_json_text(text);
  if (!parsed || parsed->is_object())
    return parsed;
  return object_with(parsed->is_string() ? json::array({*parsed}) : *parsed);
}

result<json> resources_of(const json& body) {
  const auto found = body.find("Resources");
  if (found == body.end() || !found->is_array())
    return wrong("Resources", "an array of identifiers");
  for (const auto& id : *found)
    if (!id.is_string() || !orthanc_id::parse(id.get<std::string>()))
      return error{error_code::bad_file_format, "A resource is named by an identifier of 44 characters"};
  return {boost::system::in_place_value, *found};
}

result<void> copy_titles(const json& body, json& to) {
  for (const auto* const name : {"LocalAet", "CalledAet", "MoveOriginatorAet"}) {
    const auto text = text_field(body, name, {});
    if (!text)
      return text.error();
    if (!body.contains(name))
      continue;
    if (!is_application_entity_title(*text))
      return error{error_code::bad_application_entity_title,
                   std::string(name) + " must have 1 to 16 printable ASCII characters"};
    to[name] = *text;
  }
  return {};
}

result<void> copy_address(const json& body, json& to) {
  const auto host = text_field(body, "Host", {});
  if (!host)
    return host.error();
  if (!host->empty())
    to["Host"] = *host;
  if (const auto port = body.find("Port"); port != body.end()) {
    const auto read = parse_port(*port);
    if (!read)
      return read.error();
    to["Port"] = *read;
  }
  const auto timeout = timeout_field(body);
  if (!timeout)
    return timeout.error();
  if (*timeout > 0)
    to["Timeout"] = *timeout;
  return {};
}

result<void> copy_originator(const json& body, json& to) {
  const auto found = body.find("MoveOriginatorID");
  if (found == body.end() && !to.contains("MoveOriginatorAet"))
    return {};
  if (!to.contains("MoveOriginatorAet"))
    return error{error_code::bad_file_format, "MoveOriginatorID needs MoveOriginatorAet"};
  const auto id = found == body.end() ? json(0) : *found;
  if (!id.is_number_integer() || id.get<std::int64_t>() < 0
      || id.get<std::int64_t>() > std::numeric_limits<std::uint16_t>::max())
    return wrong("MoveOriginatorID", "an integer from 0 to 65535");
  to["MoveOriginatorID"] = id;
  return {};
}

result<void> refuse_what_is_not_there(const json& body) {
  if (const auto found = body.find("StorageCommitment"); found != body.end() && *found != false)
    return error{error_code::not_implemented, "Storage commitment cannot be asked for yet"};
  if (body.contains("Transcode"))
    return error{error_code::not_implemented, "Instances cannot be transcoded yet"};
  return {};
}

} // namespace

result<std::uint32_t> timeout_field(const json& body) {
  const auto found = body.find("Timeout");
  if (found == body.end())
    return 0;
  if (!found->is_number_integer() || found->get<std::int64_t>() < 0 || found->get<std::int64_t>() > timeout_max_s)
    return wrong("Timeout", "an integer from 0 to 86400");
  return found->get<std::uint32_t>();
}

result<store_request> read_store_request(const std::string& modality, std::string_view body) {
  const auto object = as_object(body);
  if (!object)
    return object.error();
  auto fields = read_job_request(*object);
  if (!fields)
    return fields.error();
  const auto resources = resources_of(*object);
  if (!resources)
    return resources.error();
  json arguments{{"Modality", modality}, {"Resources", *resources}, {"Permissive", fields->permissive}};
  if (const auto done = refuse_what_is_not_there(*object); !done)
    return done.error();
  for (const auto copy : {copy_titles, copy_address, copy_originator})
    if (const auto done = copy(*object, arguments); !done)
      return done.error();
  return store_request{*std::move(fields), arguments.dump()};
}

} // namespace troupe::http
