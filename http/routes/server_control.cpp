#include "core/log.hpp"
#include "http/exchange.hpp"
#include "http/routes/families.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <optional>
#include <string_view>

namespace troupe::http {
namespace {

// -- the log ----------------------------------------------------------------------------------------------------------

/// Orthanc's words for how much is logged.
constexpr std::array<std::pair<std::string_view, log_level>, 3> verbosities{
  {{"default", log_level::info}, {"verbose", log_level::debug}, {"trace", log_level::trace}}};

std::string_view verbosity_of(log_level least) {
  for (const auto& [name, level] : verbosities)
    if (least >= level)
      return name;
  return verbosities.back().first;
}

std::optional<log_level> level_in_body(const exchange& with) {
  for (const auto& [name, level] : verbosities)
    if (with.body().text() == name)
      return level;
  with.respond_error({error_code::parameter_out_of_range, "The body must be default, verbose or trace"});
  return {};
}

log_category category(std::size_t number) {
  return static_cast<log_category>(number);
}

/// That of the part that says most.
void show_log_level(exchange& with) {
  auto most = log_level::error;
  for (std::size_t i = 0; i < log_category_count; ++i)
    most = std::min(most, least_logged(category(i)));
  with.respond_text(std::string(verbosity_of(most)));
}

void set_whole_log_level(exchange& with) {
  const auto least = level_in_body(with);
  if (!least)
    return;
  for (std::size_t i = 0; i < log_category_count; ++i)
    set_log_level(category(i), *least);
  with.respond_text("");
}

template <log_category Of>
void show_part(exchange& with) {
  with.respond_text(std::string(verbosity_of(least_logged(Of))));
}

template <log_category Of>
void set_part(exchange& with) {
  const auto least = level_in_body(with);
  if (!least)
    return;
  set_log_level(Of, *least);
  with.respond_text("");
}

// -- the server -------------------------------------------------------------------------------------------------------

template <bool StartAgain>
void stop(exchange& with) {
  with.respond_done();
  with.server().stop(StartAgain);
}

// No request may run code, or write to a path that it names.
void forbidden(exchange& with) {
  with.respond_error({error_code::forbidden_access, "This is not offered, for the sake of security"});
}

constexpr std::string_view extension_script = "explorer.js";

/// Clients look here for what they may use besides. There are no plugins; Orthanc's own pages load that script.
void list_plugins(exchange& with) {
  with.respond_json(nlohmann::json::array({extension_script}));
}

void show_plugin(exchange& with) {
  if (with.path_parameter("id") == extension_script)
    with.respond({200, "application/javascript", {}, "// There are no plugins\n"});
  else
    with.respond_error({error_code::unknown_resource, "There is no such plugin"});
}

constexpr std::string_view list_schema = R"({"type": "array", "items": {"type": "string"}})";

} // namespace

std::span<const route> server_control_routes() {
  using enum verb;
  using enum permission;
  using enum log_category;
  static constexpr std::string_view get_level = "How much is logged: `default`, `verbose` or `trace`.";
  static constexpr std::string_view put_level = "Sets how much is logged: `default`, `verbose` or `trace`.";
  static constexpr std::string_view no_script = "Refused: no request may run code.";
  static constexpr std::string_view no_export = "Refused: no request may name a file of this machine.";
  // clang-format off
  static constexpr std::array rows{
    route{get,  "/tools/log-level",         view,  get_level, show_log_level},
    route{put,  "/tools/log-level",         admin, put_level, set_whole_log_level},
    route{get,  "/tools/log-level-generic", view,  get_level, show_part<generic>},
    route{put,  "/tools/log-level-generic", admin, put_level, set_part<generic>},
    route{get,  "/tools/log-level-plugins", view,  get_level, show_part<plugins>},
    route{put,  "/tools/log-level-plugins", admin, put_level, set_part<plugins>},
    route{get,  "/tools/log-level-http",    view,  get_level, show_part<log_category::http>},
    route{put,  "/tools/log-level-http",    admin, put_level, set_part<log_category::http>},
    route{get,  "/tools/log-level-sqlite",  view,  get_level, show_part<sqlite>},
    route{put,  "/tools/log-level-sqlite",  admin, put_level, set_part<sqlite>},
    route{get,  "/tools/log-level-dicom",   view,  get_level, show_part<log_category::dicom>},
    route{put,  "/tools/log-level-dicom",   admin, put_level, set_part<log_category::dicom>},
    route{get,  "/tools/log-level-jobs",    view,  get_level, show_part<jobs>},
    route{put,  "/tools/log-level-jobs",    admin, put_level, set_part<jobs>},
    route{get,  "/tools/log-level-lua",     view,  get_level, show_part<lua>},
    route{put,  "/tools/log-level-lua",     admin, put_level, set_part<lua>},
    route{post, "/tools/reset",             admin, "Stops the server in order and starts it again.", stop<true>},
    route{post, "/tools/shutdown",          admin, "Stops the server in order.", stop<false>},
    route{post, "/tools/execute-script",    admin, no_script, forbidden},
    route{post, "/instances/{id}/export",   admin, no_export, forbidden},
    route{get,  "/plugins",                 view,  "The names of the plugins.", list_plugins, body_kind::none, {}, {}, list_schema},
    route{get,  "/plugins/{id}",            view,  "One plugin.", show_plugin},
  };
  // clang-format on
  return rows;
}

} // namespace troupe::http
