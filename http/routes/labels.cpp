#include "http/exchange.hpp"
#include "http/level_routes.hpp"
#include "http/resource_json.hpp"
#include "http/routes/families.hpp"
#include "persistence/item_store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace troupe::http {
namespace {

constexpr std::size_t label_bytes_max = 64;

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= label_bytes_max && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
  });
}

void list_labels(exchange& with) {
  const auto from = with.server().database().read();
  if (const auto found = resource_in_path(with, from))
    with.respond_json(persistence::labels_of(from, found->key));
  else
    with.respond_error(no_resource());
}

void show_label(exchange& with) {
  const auto from = with.server().database().read();
  const auto found = resource_in_path(with, from);
  if (!found)
    with.respond_error(no_resource());
  else if (persistence::has_label(from, found->key, with.path_parameter("label")))
    with.respond_text({});
  else
    with.respond_error({error_code::inexistent_item, "The resource has no such label"});
}

/// Makes a change of the label in the path durable.
template <class Change>
void change_label(exchange& with) {
  const auto& label = with.path_parameter("label");
  const auto name = name_in_path(with);
  if (!name) {
    with.respond_error(no_resource());
    return;
  }
  if (!is_label(label)) {
    with.respond_error({error_code::parameter_out_of_range, "A label has 1 to 64 letters, digits, - and _"});
    return;
  }
  const auto change = std::make_shared<batch>();
  change->mutations.emplace_back(Change{name->id, name->level, label});
  with.server().commit(change, [with](const persistence::commit_answer& answer) {
    if (answer)
      with.respond_text({});
    else
      with.respond_error(answer.error());
  });
}

void list_all_labels(exchange& with) {
  with.respond_from_cpu(
    [](const exchange& later) { return json_reply(persistence::all_labels(later.server().database().read())); });
}

constexpr std::string_view list_schema = R"({"type": "array", "items": {"type": "string"}})";

} // namespace

std::span<const route> label_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array patterns{
    route{get, "/*/{id}/labels",         view,    "The labels of a resource.",               list_labels, body_kind::none, {}, {}, list_schema},
    route{get, "/*/{id}/labels/{label}", view,    "Whether a resource has a label.",         show_label},
    route{put, "/*/{id}/labels/{label}", operate, "Gives a label to a resource.",            change_label<persistence::put_label>},
    route{del, "/*/{id}/labels/{label}", operate, "Takes a label from a resource.",          change_label<persistence::remove_label>},
    route{get, "/tools/labels",          view,    "The labels that any resource has.",       list_all_labels, body_kind::none, {}, {}, list_schema},
  };
  // clang-format on
  static const level_routes all(patterns);
  return all.rows();
}

} // namespace troupe::http
