#include "core/json_text.hpp"
#include "http/exchange.hpp"
#include "http/find_request.hpp"
#include "http/job_request.hpp"
#include "http/json_list_text.hpp"
#include "http/routes/families.hpp"
#include "persistence/index_store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace troupe::http {
namespace {

using nlohmann::json;
using persistence::read_transaction;
using persistence::resource;
using persistence::resource_key;

/// Resources that are deleted in one transaction.
constexpr std::size_t group = 20;

error no_list() {
  return {error_code::bad_file_format, "List of strings expected in field: Resources"};
}

result<json> body_with_resources(const exchange& with) {
  auto body = parse_json_text(with.body().text());
  if (!body || !body->is_object())
    return error{error_code::bad_request, "The body must contain a JSON object"};
  if (!body->contains("Resources") || !body->at("Resources").is_array())
    return no_list();
  return body;
}

// -- bulk-content -----------------------------------------------------------------------------------------------------

/// Adds the resources of a level above or below one; the depth is that of the model.
void add_at_level(const read_transaction& from, const resource& of, resource_level level, std::set<resource_key>& to) {
  if (of.level == level) {
    to.insert(of.key);
  } else if (of.level > level) {
    if (const auto parent = persistence::find_resource(from, of.parent))
      add_at_level(from, *parent, level, to);
  } else if (static_cast<int>(of.level) + 1 == static_cast<int>(level)) {
    persistence::for_each_child_key(from, of.key, [&](resource_key child) { return to.insert(child), true; });
  } else {
    persistence::for_each_child(from, of.key, [&](const resource& child) {
      add_at_level(from, child, level, to);
      return true;
    });
  }
}

result<std::set<resource_key>> resources_in(const json& body, const read_transaction& from) {
  std::optional<resource_level> level;
  if (const auto asked = body.find("Level"); asked != body.end()) {
    if (!asked->is_string())
      return error{error_code::bad_file_format, "String expected in field: Level"};
    level = level_named(asked->get_ref<const std::string&>());
    if (!level)
      return error{error_code::parameter_out_of_range, "Field \"Level\" is no level"};
  }
  std::set<resource_key> found;
  for (const auto& each : body.at("Resources")) {
    if (!each.is_string())
      return no_list();
    const auto id = orthanc_id::parse(each.get_ref<const std::string&>());
    if (const auto one = id ? persistence::find_resource(from, *id) : std::nullopt)
      add_at_level(from, *one, level.value_or(one->level), found);
  }
  return found;
}

void show_content(const exchange& with) {
  const auto body = body_with_resources(with);
  const auto style = body ? tag_style_in(*body) : result<tag_style>(body.error());
  if (!style) {
    with.respond_error(style.error());
    return;
  }
  const auto metadata = boolean_field(*body, "Metadata", true);
  if (!metadata) {
    with.respond_error(metadata.error());
    return;
  }
  const auto from = with.server().database().read();
  const auto found = resources_in(*body, from);
  if (!found) {
    with.respond_error(found.error());
    return;
  }
  resource_view how{.style = *style};
  how.content.metadata = *metadata;
  json_list_text shown;
  for (const auto key : *found)
    if (const auto each = persistence::find_resource(from, key))
      shown.add(resource_json(from, *each, how));
  with.respond({200, "application/json; charset=utf-8", {}, std::move(shown).take()});
}

void bulk_content(exchange& with) {
  with.on_cpu(show_content);
}

// -- bulk-delete ------------------------------------------------------------------------------------------------------

using doomed = std::vector<persistence::remove_resource>;

/// An entry of `Resources`: a name, or `{"ID", "Level"}`. Nothing for one that names no resource.
result<std::optional<persistence::remove_resource>> read_doomed(const json& entry, const read_transaction& from) {
  const auto& name = entry.is_object() && entry.contains("ID") ? entry.at("ID") : entry;
  if (!name.is_string())
    return no_list();
  const auto id = orthanc_id::parse(name.get_ref<const std::string&>());
  if (!id)
    return std::optional<persistence::remove_resource>();
  if (!entry.is_object() || !entry.contains("Level")) {
    const auto found = persistence::find_resource(from, *id);
    return found ? std::optional(persistence::remove_resource{*id, found->level}) : std::nullopt;
  }
  const auto& level = entry.at("Level");
  const auto named = level.is_string() ? level_named(level.get_ref<const std::string&>()) : std::nullopt;
  if (!named)
    return error{error_code::parameter_out_of_range, "Field \"Level\" is no level"};
  return std::optional(persistence::remove_resource{*id, *named});
}

result<doomed> all_doomed(const exchange& with) {
  const auto body = body_with_resources(with);
  if (!body)
    return body.error();
  const auto from = with.server().database().read();
  doomed all;
  for (const auto& entry : body->at("Resources")) {
    auto one = read_doomed(entry, from);
    if (!one)
      return one.error();
    if (*one)
      all.push_back(**std::move(one));
  }
  return all;
}

/// Deletes the next group, then those behind it. What is gone by then is left out.
void delete_from(const exchange& with, const std::shared_ptr<const doomed>& all, std::size_t next) {
  if (next >= all->size()) {
    with.respond_text("");
    return;
  }
  const auto change = std::make_shared<batch>();
  const auto end = std::min(next + group, all->size());
  for (auto i = next; i < end; ++i)
    change->mutations.emplace_back((*all)[i]);
  with.server().commit(change, [with, all, end](const persistence::commit_answer& answer) {
    if (answer)
      delete_from(with, all, end);
    else
      with.respond_error(answer.error());
  });
}

void bulk_delete(exchange& with) {
  with.on_cpu([](const exchange& later) {
    auto all = all_doomed(later);
    if (all)
      delete_from(later, std::make_shared<const doomed>(*std::move(all)), 0);
    else
      later.respond_error(all.error());
  });
}

constexpr std::string_view content_schema =
  R"({"type": "object", "required": ["Resources"], "properties": {
  "Resources": {"type": "array", "items": {"type": "string"}}, "Level": {"enum": ["Patient", "Study", "Series", "Instance"]},
  "Short": {"type": "boolean"}, "Full": {"type": "boolean"}, "Metadata": {"type": "boolean"}}})";
constexpr std::string_view delete_schema =
  R"({"type": "object", "required": ["Resources"], "properties": {
  "Resources": {"type": "array", "items": {"type": ["string", "object"]}}}})";
constexpr std::string_view list_schema = R"({"type": "array", "items": {"type": "object"}})";

} // namespace

std::span<const route> bulk_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{post, "/tools/bulk-content", view,    "Many resources at once; `Level`: those of that level above or below them.", bulk_content, body_kind::json, {}, content_schema, list_schema},
    route{post, "/tools/bulk-delete",  operate, "Deletes many resources; unknown ones are ignored.", bulk_delete, body_kind::json, {}, delete_schema},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
