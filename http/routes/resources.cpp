#include "http/exchange.hpp"
#include "http/json_list_text.hpp"
#include "http/requested_tags.hpp"
#include "http/resource_docs.hpp"
#include "http/resource_json.hpp"
#include "http/routes/families.hpp"
#include "persistence/index_store.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <utility>

namespace troupe::http {
namespace {

using nlohmann::json;

template <resource_level Level>
reply list_page(const exchange& with, page which, const resource_view& how) {
  const auto& storage = with.server().database();
  const auto from = storage.read();
  resource_shower shown(storage, from, how);
  json_list_text all;
  const auto add = [&](const json& one) {
    all.add(one);
    return --which.limit != 0;
  };
  if (wants_expansion(with.head(), false))
    persistence::for_each_resource(from, Level, which.since,
                                   [&](const persistence::resource& each) { return add(shown(each)); });
  else
    persistence::for_each_id(from, Level, which.since, [&](const orthanc_id& id) { return add(id.text()); });
  return {200, "application/json; charset=utf-8", {}, std::move(all).take()};
}

template <resource_level Level>
void list(exchange& with) {
  const auto which = page_of(with.head());
  const auto how = view_asked(with);
  if (!which || !how) {
    with.respond_error(which ? how.error() : which.error());
    return;
  }
  with.respond_from_cpu(
    [page = *which, how = *how](const exchange& later) { return list_page<Level>(later, page, how); });
}

template <resource_level Level>
void answer_with_resource(const exchange& with, const resource_view& how) {
  const auto& storage = with.server().database();
  const auto id = orthanc_id::parse(with.path_parameter("id"));
  const auto from = storage.read();
  const auto found = id ? persistence::find_resource(from, Level, *id) : std::nullopt;
  if (found)
    with.respond_json(resource_shower(storage, from, how)(*found));
  else
    with.respond_error(no_resource());
}

template <resource_level Level>
void show(exchange& with) {
  const auto how = view_asked(with);
  if (!how)
    with.respond_error(how.error());
  else if (Level == resource_level::series || !how->requested_tags.empty())
    // Its status may need every instance; tags may need files.
    with.on_cpu([how = *how](const exchange& later) { answer_with_resource<Level>(later, how); });
  else
    answer_with_resource<Level>(with, *how);
}

json remaining(const persistence::resource_removed& removed) {
  if (!removed.remaining_ancestor)
    return nullptr;
  return resource_link(removed.remaining_ancestor->first, removed.remaining_ancestor->second);
}

template <resource_level Level>
void remove(exchange& with) {
  const auto id = orthanc_id::parse(with.path_parameter("id"));
  if (!id) {
    with.respond_error(no_resource());
    return;
  }
  const auto change = std::make_shared<batch>();
  change->mutations.emplace_back(persistence::remove_resource{*id, Level});
  const auto begin = with.server().clock().steady();
  with.server().commit(change, [with, begin](const persistence::commit_answer& answer) {
    if (!answer) {
      with.respond_error(answer.error());
      return;
    }
    const auto& removed = std::get<persistence::resource_removed>(answer->at(0));
    if (!removed.found) {
      with.respond_error(no_resource());
      return;
    }
    const std::chrono::duration<double, std::milli> took = with.server().clock().steady() - begin;
    with.server().metrics().storage_remove_duration_ms.observe(took.count());
    with.respond_json({{"RemainingAncestor", remaining(removed)}});
  });
}

constexpr std::array list_parameters{
  parameter_doc{"expand", "Whole resources instead of their names"},
  parameter_doc{"since", "Skip that many; only with `limit`"},
  parameter_doc{"limit", "At most that many, 0: all; only with `since`"},
  response_content_doc,
  requested_tags_doc,
  simplify_doc,
  short_doc,
  full_doc,
};
constexpr std::array show_parameters{response_content_doc, requested_tags_doc, simplify_doc, short_doc, full_doc};

constexpr std::string_view removed_schema = R"({"type": "object", "required": ["RemainingAncestor"], "properties": {
  "RemainingAncestor": {"type": ["object", "null"]}}})";

} // namespace

std::span<const route> resource_routes() {
  using enum verb;
  using enum permission;
  using enum resource_level;
  // clang-format off
  static constexpr std::array rows{
    route{get, "/patients",       view,    "The patients, in the order of arrival.",  from_index<list<patient>>,    body_kind::none, list_parameters, {}, list_schema},
    route{get, "/studies",        view,    "The studies, in the order of arrival.",   from_index<list<study>>,      body_kind::none, list_parameters, {}, list_schema},
    route{get, "/series",         view,    "The series, in the order of arrival.",    from_index<list<series>>,     body_kind::none, list_parameters, {}, list_schema},
    route{get, "/instances",      view,    "The instances, in the order of arrival.", from_index<list<instance>>,   body_kind::none, list_parameters, {}, list_schema},
    route{get, "/patients/{id}",  view,    "One patient.",                            from_index<show<patient>>,    body_kind::none, show_parameters, {}, resource_schema},
    route{get, "/studies/{id}",   view,    "One study.",                              from_index<show<study>>,      body_kind::none, show_parameters, {}, resource_schema},
    route{get, "/series/{id}",    view,    "One series.",                             from_index<show<series>>,     body_kind::none, show_parameters, {}, resource_schema},
    route{get, "/instances/{id}", view,    "One instance.",                           from_index<show<instance>>,   body_kind::none, show_parameters, {}, resource_schema},
    route{del, "/patients/{id}",  operate, "Deletes a patient with all below it.",    remove<patient>,  body_kind::none, {}, {}, removed_schema},
    route{del, "/studies/{id}",   operate, "Deletes a study with all below it.",      remove<study>,    body_kind::none, {}, {}, removed_schema},
    route{del, "/series/{id}",    operate, "Deletes a series with all below it.",     remove<series>,   body_kind::none, {}, {}, removed_schema},
    route{del, "/instances/{id}", operate, "Deletes an instance.",                    remove<instance>, body_kind::none, {}, {}, removed_schema},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
