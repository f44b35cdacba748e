#include "core/modality.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace troupe {

namespace {

using nlohmann::json;

constexpr std::size_t title_characters_max = 16;
constexpr std::size_t name_characters_max = 64;
constexpr std::size_t host_characters_max = 253; // of a DNS name
constexpr std::uint32_t timeout_max_s = 86'400;

struct flag_member {
  const char* name;
  bool modality::*member;
};

constexpr std::array flags{
  flag_member{"AllowEcho", &modality::allow_echo},
  flag_member{"AllowStore", &modality::allow_store},
  flag_member{"AllowFind", &modality::allow_find},
  flag_member{"AllowFindWorklist", &modality::allow_find_worklist},
  flag_member{"AllowMove", &modality::allow_move},
  flag_member{"AllowGet", &modality::allow_get},
  flag_member{"AllowNAction", &modality::allow_n_action},
  flag_member{"AllowEventReport", &modality::allow_event_report},
  flag_member{"AllowTranscoding", &modality::allow_transcoding},
  flag_member{"UseDicomTls", &modality::use_dicom_tls},
};

constexpr bool is_printable(char c) noexcept {
  return c >= ' ' && c <= '~';
}

error malformed(const std::string& details) {
  return {error_code::bad_file_format, details};
}

result<std::string> text_of(const json& value, const char* name) {
  if (!value.is_string())
    return malformed(std::string(name) + " must be a text");
  return value.get<std::string>();
}

result<std::string> title_of(const json& value, const char* name) {
  auto text = text_of(value, name);
  if (text && !is_application_entity_title(*text))
    return error{error_code::bad_application_entity_title,
                 std::string(name) + " must have 1 to 16 printable ASCII characters"};
  return text;
}

result<std::string> host_of(const json& value) {
  auto text = text_of(value, "Host");
  const auto fits = [](char c) { return is_printable(c) && c != ' '; };
  if (text && (text->empty() || text->size() > host_characters_max || !std::ranges::all_of(*text, fits)))
    return malformed("Host must be the name or address of a host");
  return text;
}

result<std::uint32_t> timeout_of(const json& value) {
  if (!value.is_number_integer() || value.get<std::int64_t>() < 0 || value.get<std::int64_t>() > timeout_max_s)
    return malformed("Timeout must be an integer from 0 to 86400");
  return value.get<std::uint32_t>();
}

template <class T>
result<void> take(result<T> from, T& to) {
  if (!from)
    return from.error();
  to = *std::move(from);
  return {};
}

result<void> read_address(const json& aet, const json& host, const json& port, modality& to) {
  if (auto read = take(title_of(aet, "AET"), to.aet); !read)
    return read;
  if (auto read = take(host_of(host), to.host); !read)
    return read;
  return take(parse_port(port), to.port);
}

result<void> read_flags(const json& from, modality& to) {
  const auto read = [&from](const char* name, auto&& store) -> result<void> {
    const auto found = from.find(name);
    if (found == from.end())
      return {};
    if (!found->is_boolean())
      return malformed(std::string(name) + " must be true or false");
    store(found->template get<bool>());
    return {};
  };
  // The older name for both halves of storage commitment.
  if (auto done = read("AllowStorageCommitment", [&to](bool on) { to.allow_n_action = to.allow_event_report = on; });
      !done)
    return done;
  for (const auto& flag : flags)
    if (auto done = read(flag.name, [&](bool on) { to.*flag.member = on; }); !done)
      return done;
  return {};
}

result<void> read_extras(const json& from, modality& to) {
  if (const auto found = from.find("Manufacturer"); found != from.end())
    if (auto read = take(text_of(*found, "Manufacturer"), to.manufacturer); !read)
      return read;
  if (const auto found = from.find("LocalAet"); found != from.end() && *found != json(""))
    if (auto read = take(title_of(*found, "LocalAet"), to.local_aet); !read)
      return read;
  if (const auto found = from.find("Timeout"); found != from.end())
    if (auto read = take(timeout_of(*found), to.timeout_s); !read)
      return read;
  if (const auto found = from.find("RetrieveMethod"); found != from.end())
    return take(text_of(*found, "RetrieveMethod"), to.retrieve_method);
  return {};
}

result<modality> parse_array(const json& value) {
  if (value.size() != 3 && value.size() != 4)
    return malformed("A modality is [AET, host, port] or [AET, host, port, manufacturer]");
  modality found;
  if (auto read = read_address(value[0], value[1], value[2], found); !read)
    return read.error();
  if (value.size() == 4)
    if (auto read = take(text_of(value[3], "The manufacturer"), found.manufacturer); !read)
      return read.error();
  return found;
}

result<modality> parse_object(const json& value) {
  for (const auto* const name : {"AET", "Host", "Port"})
    if (!value.contains(name))
      return malformed(std::string(name) + " is missing");
  modality found;
  if (auto read = read_address(value["AET"], value["Host"], value["Port"], found); !read)
    return read.error();
  if (auto read = read_flags(value, found); !read)
    return read.error();
  if (auto read = read_extras(value, found); !read)
    return read.error();
  return found;
}

/// Texts that were checked when they came in; what cannot be read nevertheless counts as unknown.
std::optional<modality> parse_stored(const std::string& text) {
  const auto value = json::parse(text, nullptr, false);
  auto found = value.is_discarded() ? malformed({}) : parse_modality(value);
  return found ? std::optional(*std::move(found)) : std::nullopt;
}

} // namespace

bool is_application_entity_title(std::string_view text) noexcept {
  const bool fits = !text.empty() && text.size() <= title_characters_max;
  return fits && std::ranges::all_of(text, [](char c) { return is_printable(c) && c != '\\'; })
         && std::ranges::any_of(text, [](char c) { return c != ' '; });
}

bool is_modality_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= name_characters_max && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

result<std::uint16_t> parse_port(const json& value) {
  std::int64_t port = 0;
  if (value.is_number_integer()) {
    port = value.is_number_unsigned() && value.get<std::uint64_t>() > 65535 ? 0 : value.get<std::int64_t>();
  } else if (value.is_string()) {
    const auto text = value.get<std::string>();
    const auto* const end = text.data() + text.size();
    if (auto read = std::from_chars(text.data(), end, port); read.ec != std::errc{} || read.ptr != end)
      port = 0;
  }
  if (port < 1 || port > std::numeric_limits<std::uint16_t>::max())
    return malformed("Port must be a number from 1 to 65535");
  return static_cast<std::uint16_t>(port);
}

result<modality> parse_modality(const json& value) {
  if (value.is_array())
    return parse_array(value);
  if (value.is_object())
    return parse_object(value);
  return malformed("A modality is an array or an object");
}

json to_json(const modality& which) {
  json shown{{"AET", which.aet},
             {"Host", which.host},
             {"Port", which.port},
             {"Manufacturer", which.manufacturer},
             {"LocalAet", which.local_aet},
             {"Timeout", which.timeout_s},
             {"RetrieveMethod", which.retrieve_method}};
  for (const auto& flag : flags)
    shown[flag.name] = which.*flag.member;
  return shown;
}

known_modalities all_modalities(const std::string& configured, const std::map<std::string, std::string>& stored) {
  known_modalities all;
  const auto file = json::parse(configured);
  for (const auto& [name, value] : file.items())
    if (auto found = parse_modality(value))
      all.emplace(name, *std::move(found));
  for (const auto& [name, text] : stored) {
    all.erase(name);
    if (auto found = parse_stored(text))
      all.emplace(name, *std::move(found));
  }
  return all;
}

std::optional<modality> find_modality(const std::string& configured, const std::optional<std::string>& stored,
                                      std::string_view name) {
  if (stored)
    return parse_stored(*stored);
  const auto all = json::parse(configured);
  const auto found = all.find(name);
  auto parsed = found == all.end() ? malformed({}) : parse_modality(*found);
  return parsed ? std::optional(*std::move(parsed)) : std::nullopt;
}

result<void> check_modalities(const json& value) {
  for (const auto& [name, parameters] : value.items()) {
    if (!is_modality_name(name))
      return malformed("the name of a modality has 1 to 64 letters, digits, - and _");
    if (const auto parsed = parse_modality(parameters); !parsed)
      return error{parsed.error().code(), name + ": " + parsed.error().details()};
  }
  return {};
}

} // namespace troupe
