#include "http/boolean_body.hpp"
#include "http/exchange.hpp"
#include "http/routes/families.hpp"
#include "persistence/index_store.hpp"

#include <array>

namespace troupe::http {
namespace {

/// Orthanc's answer, which is not the 404 of other routes.
error no_patient() {
  return {error_code::parameter_out_of_range, "There is no such patient"};
}

void show_protection(exchange& with) {
  const auto id = orthanc_id::parse(with.path_parameter("id"));
  const auto from = with.server().database().read();
  const auto found = id ? persistence::find_resource(from, resource_level::patient, *id) : std::nullopt;
  if (found)
    with.respond_text(found->is_protected() ? "1" : "0");
  else
    with.respond_error(no_patient());
}

void set_protection(exchange& with) {
  const auto on = boolean_body(with.body().text());
  const auto id = orthanc_id::parse(with.path_parameter("id"));
  if (!on || !id) {
    with.respond_error(on ? no_patient() : on.error());
    return;
  }
  const auto change = std::make_shared<batch>();
  change->mutations.emplace_back(persistence::protect_patient{*id, *on, with.server().clock().now()});
  with.server().commit(change, [with](const persistence::commit_answer& answer) {
    if (!answer)
      with.respond_error(answer.error());
    else if (std::get<persistence::applied>(answer->at(0)).effective)
      with.respond_text("");
    else
      with.respond_error(no_patient());
  });
}

} // namespace

std::span<const route> protection_routes() {
  using enum verb;
  using enum permission;
  // clang-format off
  static constexpr std::array rows{
    route{get, "/patients/{id}/protected", view,    "`1` if the patient is never recycled, else `0`.", from_index<show_protection>},
    route{put, "/patients/{id}/protected", operate, "Protects a patient from being recycled (`1`), or no more (`0`).", set_protection, body_kind::json},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
