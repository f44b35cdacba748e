#include "core/modality.hpp"
#include "dicom/association.hpp"
#include "http/exchange.hpp"
#include "http/job_submission.hpp"
#include "http/modality_request.hpp"
#include "http/routes/families.hpp"
#include "persistence/modality_store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <utility>

namespace troupe::http {

namespace {

using nlohmann::json;

/// What an echo waits for a peer where the options say that peers may be silent for ever: nobody can end it.
constexpr std::chrono::seconds echo_patience_max{60};

known_modalities known(const exchange& with) {
  return all_modalities(with.server().options().dicom_modalities(),
                        persistence::modalities(with.server().database().read()));
}

result<modality> named(const exchange& with) {
  const auto& name = with.path_parameter("id");
  const auto stored = persistence::find_modality(with.server().database().read(), name);
  auto found = find_modality(with.server().options().dicom_modalities(), stored, name);
  if (!found)
    return error{error_code::inexistent_item, "There is no modality with that name"};
  return *std::move(found);
}

void list_modalities(exchange& with) {
  const bool expand = with.flag("expand");
  json shown = expand ? json::object() : json::array();
  for (const auto& [name, parameters] : known(with))
    if (expand)
      shown[name] = to_json(parameters);
    else
      shown.push_back(name);
  with.respond_json(shown);
}

void list_operations(exchange& with) {
  if (const auto found = named(with))
    with.respond_json({"configuration", "echo", "store"});
  else
    with.respond_error(found.error());
}

void show_configuration(exchange& with) {
  if (const auto found = named(with))
    with.respond_json(to_json(*found));
  else
    with.respond_error(found.error());
}

void write(const exchange& with, persistence::mutation what) {
  auto all = std::make_shared<batch>();
  all->mutations.push_back(std::move(what));
  with.server().commit(std::move(all), [with](const persistence::commit_answer& answer) {
    if (answer)
      with.respond_text("");
    else
      with.respond_error(answer.error());
  });
}

result<void> check_name(const std::string& name) {
  if (is_modality_name(name))
    return {};
  return error{error_code::bad_file_format, "The name of a modality has 1 to 64 letters, digits, - and _"};
}

void put_modality(exchange& with) {
  const auto& name = with.path_parameter("id");
  const auto valid = check_name(name);
  const auto body = parse_json(with.body().text());
  const auto wanted = body ? parse_modality(*body) : result<modality>(body.error());
  if (!valid)
    with.respond_error(valid.error());
  else if (!wanted)
    with.respond_error(wanted.error());
  else
    write(with, persistence::put_modality{name, to_json(*wanted).dump()});
}

// One of the configuration file would be there again, so that its absence is what is written.
void delete_modality(exchange& with) {
  const auto found = named(with);
  const auto& name = with.path_parameter("id");
  if (!found)
    with.respond_error(found.error());
  else if (find_modality(with.server().options().dicom_modalities(), std::nullopt, name))
    write(with, persistence::put_modality{name, std::string(deleted_modality)});
  else
    write(with, persistence::remove_modality{name});
}

result<dicom::association_order> order_of(const exchange& with, const modality& to) {
  const auto text = with.body().text();
  const bool blank = text.find_first_not_of(" \t\r\n") == text.npos;
  const auto body = parse_json(blank ? "{}" : text);
  if (!body)
    return body.error();
  if (!body->is_object())
    return error{error_code::bad_file_format, "The body must be a JSON object"};
  const auto asked = timeout_field(*body);
  if (!asked)
    return asked.error();
  const auto checks_find = boolean_field(*body, "CheckFind", false);
  if (!checks_find)
    return checks_find.error();
  if (*checks_find || to.use_dicom_tls)
    return error{error_code::not_implemented, *checks_find ? "C-FIND cannot be checked yet" : "There is no TLS yet"};
  const auto& settings = with.server().options();
  std::chrono::seconds patience{settings.dicom_scu_timeout_s()};
  if (to.timeout_s > 0)
    patience = std::chrono::seconds{to.timeout_s};
  if (*asked > 0)
    patience = std::chrono::seconds{*asked};
  if (patience.count() == 0)
    patience = echo_patience_max;
  return dicom::association_order{.called_aet = to.aet,
                                  .host = to.host,
                                  .port = to.port,
                                  .calling_aet = to.local_aet.empty() ? settings.dicom_aet() : to.local_aet,
                                  .patience = patience};
}

void echo(exchange& with) {
  const auto found = named(with);
  const auto order = found ? order_of(with, *found) : result<dicom::association_order>(found.error());
  if (!order) {
    with.respond_error(order.error());
    return;
  }
  with.on_io([order = *order](const exchange& later) {
    const auto answer = dicom::echo_once(order, [&] { return later.server().stopping(); });
    if (answer.good())
      later.respond_done();
    else
      later.respond_error(answer.why);
  });
}

void store(exchange& with) {
  const auto found = named(with);
  auto asked =
    found ? read_store_request(with.path_parameter("id"), with.body().text()) : result<store_request>(found.error());
  if (!asked)
    with.respond_error(asked.error());
  else
    respond_with_job(with, {.type = "DicomModalityStore", .arguments = std::move(asked->arguments)}, asked->fields);
}

constexpr std::array list_parameters{parameter_doc{"expand", "An object with the parameters of each"}};

constexpr std::string_view modality_schema = R"({"oneOf": [
  {"type": "array", "minItems": 3, "maxItems": 4}, {"type": "object", "required": ["AET", "Host", "Port"], "properties": {
  "AET": {"type": "string", "maxLength": 16}, "Host": {"type": "string"}, "Port": {"type": "integer"},
  "Manufacturer": {"type": "string", "default": "Generic"}, "LocalAet": {"type": "string"},
  "Timeout": {"type": "integer", "default": 0}}}]})";

constexpr std::string_view echo_schema = R"({"type": "object", "properties": {"Timeout": {"type": "integer"}}})";

constexpr std::string_view store_schema =
  R"({"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}},
  {"type": "object", "required": ["Resources"], "properties": {
  "Resources": {"type": "array", "items": {"type": "string"}},
  "Synchronous": {"type": "boolean", "default": true}, "Asynchronous": {"type": "boolean", "default": false},
  "Priority": {"type": "integer", "default": 0}, "Permissive": {"type": "boolean", "default": false}, "UserData": {},
  "LocalAet": {"type": "string"}, "CalledAet": {"type": "string"}, "Host": {"type": "string"}, "Port": {"type": "integer"},
  "Timeout": {"type": "integer"}, "MoveOriginatorAet": {"type": "string"}, "MoveOriginatorID": {"type": "integer"}}}]})";

} // namespace

std::span<const route> modality_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{get,  "/modalities",                    view,    "The names of the modalities.", list_modalities, body_kind::none, list_parameters},
    route{get,  "/modalities/{id}",               view,    "What can be asked about a modality.", list_operations},
    route{put,  "/modalities/{id}",               admin,   "Adds or changes a modality: `[AET, host, port]` or an object. It is kept over restarts.", put_modality, body_kind::json, {}, modality_schema},
    route{del,  "/modalities/{id}",               admin,   "Forgets a modality.", delete_modality},
    route{get,  "/modalities/{id}/configuration", view,    "The parameters of a modality.", show_configuration},
    route{post, "/modalities/{id}/echo",          operate, "Asks a modality for an answer (C-ECHO).", echo, body_kind::json, {}, echo_schema},
    route{post, "/modalities/{id}/store",         operate, "Sends patients, studies, series or instances to a modality (C-STORE), as a job.", store, body_kind::json, {}, store_schema},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
