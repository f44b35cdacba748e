#include "core/md5.hpp"
#include "http/exchange.hpp"
#include "http/item_tag.hpp"
#include "http/level_routes.hpp"
#include "http/resource_json.hpp"
#include "http/routes/families.hpp"
#include "persistence/item_store.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <span>
#include <utility>

namespace troupe::http {
namespace {

using nlohmann::json;
using persistence::item_version;

/// What metadata is sent and taken as.
constexpr std::string_view text_media_type = "text/plain";

item_version version_of(const persistence::metadata_value& value) {
  return {value.revision, md5_text(std::as_bytes(std::span(value.text)))};
}

result<metadata_type> type_in_path(const exchange& with) {
  const auto type = with.server().metadata_names().type(with.path_parameter("name"));
  if (!type)
    return type.error();
  return static_cast<metadata_type>(*type);
}

json metadata_json(const exchange& with, const persistence::read_transaction& from, const persistence::resource& of) {
  const bool expand = with.flag("expand");
  const bool numeric = with.flag("numeric");
  auto shown = expand ? json::object() : json::array();
  for (const auto& [type, value] : persistence::metadata_of(from, of)) {
    const auto number = static_cast<std::uint16_t>(type);
    if (expand)
      shown[numeric ? std::to_string(number) : with.server().metadata_names().name(number)] = value.text;
    else if (numeric)
      shown.push_back(number);
    else
      shown.push_back(with.server().metadata_names().name(number));
  }
  return shown;
}

void list_metadata(exchange& with) {
  with.on_cpu([](const exchange& later) {
    const auto from = later.server().database().read();
    if (const auto found = resource_in_path(later, from))
      later.respond_json(metadata_json(later, from, *found));
    else
      later.respond_error(no_resource());
  });
}

void answer_with_value(const exchange& with, persistence::metadata_value value) {
  const auto version = version_of(value);
  const auto known = client_has(with.head(), version);
  if (!known) {
    with.respond_error(known.error());
    return;
  }
  reply shown{.status = *known ? 304 : 200, .headers = {{"ETag", '"' + item_tag(version) + '"'}}};
  if (!*known) {
    shown.content_type = text_media_type;
    shown.body = std::move(value.text);
  }
  with.respond(std::move(shown));
}

void show_metadata(exchange& with) {
  const auto type = type_in_path(with);
  if (!type) {
    with.respond_error(type.error());
    return;
  }
  with.on_cpu([type = *type](const exchange& later) {
    const auto from = later.server().database().read();
    const auto found = resource_in_path(later, from);
    auto value = found ? persistence::find_metadata(from, *found, type) : std::nullopt;
    if (value)
      answer_with_value(later, *std::move(value));
    else
      later.respond_error(found ? error{error_code::inexistent_item, "The resource has no such metadata"}
                                : no_resource());
  });
}

/// What a change of the metadata in the path is about, and under which condition it is made.
struct asked_change {
  resource_name of;
  metadata_type type;
  persistence::item_condition only_if;
};

result<asked_change> asked_in(const exchange& with, decltype(condition_of)* condition) {
  const auto name = name_in_path(with);
  if (!name)
    return no_resource();
  const auto type = type_in_path(with);
  if (!type)
    return type.error();
  if (!is_users(*type))
    return error{error_code::forbidden_access, "Metadata below 1024 are the server's"};
  auto only_if = condition(with.head(), with.server().options().check_revisions());
  if (!only_if)
    return only_if.error();
  return asked_change{*name, *type, *std::move(only_if)};
}

void set_metadata(exchange& with) {
  auto asked = asked_in(with, condition_of);
  if (!asked) {
    with.respond_error(asked.error());
    return;
  }
  const std::string text(with.body().text());
  const auto change = std::make_shared<batch>();
  change->mutations.emplace_back(persistence::put_metadata{asked->of.id, asked->of.level, asked->type, text,
                                                           std::move(asked->only_if), with.server().clock().now()});
  with.server().commit(change, [with, md5 = version_of({text}).md5](const persistence::commit_answer& answer) {
    if (!answer) {
      with.respond_error(answer.error());
      return;
    }
    const auto revision = std::get<persistence::item_written>(answer->at(0)).revision;
    with.respond({200, std::string(text_media_type), {{"ETag", '"' + item_tag({revision, md5}) + '"'}}, std::string()});
  });
}

void remove_metadata(exchange& with) {
  auto asked = asked_in(with, removal_condition_of);
  if (!asked) {
    with.respond_error(asked.error());
    return;
  }
  const auto change = std::make_shared<batch>();
  change->mutations.emplace_back(persistence::remove_metadata{asked->of.id, asked->of.level, asked->type,
                                                              std::move(asked->only_if), with.server().clock().now()});
  with.server().commit(change, [with](const persistence::commit_answer& answer) {
    if (answer)
      with.respond_text({});
    else
      with.respond_error(answer.error());
  });
}

constexpr std::array list_parameters{
  parameter_doc{"expand", "An object with the texts"},
  parameter_doc{"numeric", "Numbers instead of names"},
};
constexpr std::string_view list_schema = R"({"type": ["array", "object"], "items": {"type": ["string", "integer"]}})";

} // namespace

std::span<const route> metadata_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array patterns{
    route{get, "/*/{id}/metadata",        view,    "The metadata that a resource has.",                list_metadata, body_kind::none, list_parameters, {}, list_schema},
    route{get, "/*/{id}/metadata/{name}", view,    "The text of metadata, by name or number.",         show_metadata},
    route{put, "/*/{id}/metadata/{name}", operate, "Sets metadata; the body is the text. From 1024.",  set_metadata, body_kind::text},
    route{del, "/*/{id}/metadata/{name}", operate, "Removes metadata. From 1024.",                     remove_metadata},
  };
  // clang-format on
  static const level_routes all(patterns);
  return all.rows();
}

} // namespace troupe::http
