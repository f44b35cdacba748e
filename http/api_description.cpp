#include "http/api_description.hpp"

#include "http/job_request.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace troupe::http {
namespace {

using nlohmann::json;

std::string lower(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return small;
}

/// `jobs` of `/jobs/{id}`: the group a route is shown in.
std::string_view family(std::string_view path) {
  path.remove_prefix(std::min<std::size_t>(1, path.size()));
  const auto first = path.substr(0, path.find('/'));
  return first.empty() ? "server" : first;
}

/// Calls `visit` with the names in braces.
template <class Visit>
void for_each_path_parameter(std::string_view path, Visit visit) {
  for (auto open = path.find('{'); open != path.npos; open = path.find('{', open + 1))
    visit(path.substr(open + 1, path.find('}', open) - open - 1));
}

json schema(std::string_view text) {
  return text.empty() ? json::object() : json::parse(text);
}

/// A name that is unique among operations: `get_jobs_id`.
std::string operation_id(const route& row) {
  std::string id = lower(to_text(row.method));
  for (const char c : openapi_path(row.path))
    if (c == '/' || c == '-' || c == '.')
      id += '_';
    else if (c != '{' && c != '}')
      id += c;
  return id;
}

/// True if the route makes a job: its body has the fields of all such routes.
bool makes_job(const route& row) {
  return row.request_schema.find("#/components/schemas/job_request") != std::string_view::npos;
}

json header_parameter(const char* name, const char* doc) {
  return {
    {"name", name}, {"in", "header"}, {"required", false}, {"description", doc}, {"schema", {{"type", "string"}}}};
}

json parameters_of(const route& row) {
  json all = json::array();
  if (makes_job(row)) {
    all.push_back(header_parameter("Prefer", "`respond-async`, `wait=<seconds>`, or both (RFC 7240)"));
    all.push_back(header_parameter("Idempotency-Key", "A submission that is repeated with the same key makes one job"));
  }
  for_each_path_parameter(openapi_path(row.path), [&](std::string_view name) {
    all.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  });
  for (const auto& each : row.parameters)
    all.push_back({{"name", each.name},
                   {"in", "query"},
                   {"required", false},
                   {"description", each.doc},
                   {"allowEmptyValue", true},
                   {"schema", {{"type", "string"}}}});
  return all;
}

std::string_view media_type(body_kind kind) {
  switch (kind) {
  case body_kind::json:
    return "application/json";
  case body_kind::text:
    return "text/plain";
  default:
    return "application/octet-stream";
  }
}

json operation(const route& row) {
  json good = {{"description", "Done"}};
  if (!row.reply_schema.empty())
    good["content"] = {{"application/json", {{"schema", schema(row.reply_schema)}}}};
  json of = {{"operationId", operation_id(row)},
             {"summary", row.summary},
             {"tags", {family(row.path)}},
             {"x-permission", to_text(row.to.who())},
             {"parameters", parameters_of(row)},
             {"responses", {{"200", std::move(good)}, {"default", {{"$ref", "#/components/responses/error"}}}}}};
  if (makes_job(row))
    of["responses"]["202"] = {{"$ref", "#/components/responses/submitted"}};
  if (row.body != body_kind::none) {
    of["requestBody"] = {{"content", {{std::string(media_type(row.body)), {{"schema", schema(row.request_schema)}}}}}};
  }
  return of;
}

json error_response() {
  const json number = {{"type", "integer"}};
  const json text = {{"type", "string"}};
  return {{"description", "Why it was not done"},
          {"content",
           {{"application/json",
             {{"schema",
               {{"type", "object"},
                {"properties",
                 {{"Details", text},
                  {"HttpError", text},
                  {"HttpStatus", number},
                  {"Message", text},
                  {"Method", text},
                  {"OrthancError", text},
                  {"OrthancStatus", number},
                  {"Uri", text}}}}}}}}}};
}

json submitted_response() {
  const json text = {{"type", "string"}};
  return {{"description", "The job is on disk and has not ended, as `Prefer` asked"},
          {"headers", {{"Location", {{"schema", text}}}, {"Preference-Applied", {{"schema", text}}}}},
          {"content",
           {{"application/json", {{"schema", {{"type", "object"}, {"properties", {{"ID", text}, {"Path", text}}}}}}}}}};
}

/// The text as a cell of a table.
std::string cell(std::string_view text) {
  std::string safe;
  for (const char c : text)
    if (c == '|')
      safe += "\\|";
    else
      safe += c == '\n' ? ' ' : c;
  return safe;
}

std::string parameter_cell(const route& row) {
  std::string all;
  for (const auto& each : row.parameters)
    all += (all.empty() ? "`" : "; `") + cell(each.name) + "`: " + cell(each.doc);
  return all;
}

} // namespace

std::string_view to_text(permission who) noexcept {
  switch (who) {
  case permission::everyone:
    return "everyone";
  case permission::view:
    return "view";
  case permission::upload:
    return "upload";
  case permission::operate:
    return "operate";
  case permission::admin:
    return "admin";
  }
  return "";
}

std::string openapi_path(std::string_view path) {
  const auto dots = path.find("...}");
  return std::string(path.substr(0, dots)) + (dots == path.npos ? "" : "}");
}

json openapi(std::span<const route> rows, std::string_view version) {
  json paths = json::object();
  for (const auto& row : rows)
    paths[openapi_path(row.path)][lower(to_text(row.method))] = operation(row);
  return {
    {"openapi", "3.1.0"},
    {"info",
     {{"title", "Troupe"}, {"version", version}, {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
    {"servers", {{{"url", "/"}}}},
    {"paths", std::move(paths)},
    {"components",
     {{"responses", {{"error", error_response()}, {"submitted", submitted_response()}}},
      {"schemas", {{"job_request", schema(job_request_schema())}}}}}};
}

std::string describe_routes(std::span<const route> rows) {
  std::vector<const route*> sorted;
  for (const auto& row : rows)
    sorted.push_back(&row);
  std::ranges::stable_sort(sorted, {}, [](const route* row) { return std::pair(family(row->path), row->path); });
  std::string page = "# REST API\n\nMade from the rows in `http/routes/`. Errors: [errors.md](errors.md).\n";
  std::string_view shown;
  for (const auto* row : sorted) {
    if (const auto name = family(row->path); name != shown) {
      shown = name;
      page.append("\n## ").append(name).append("\n\n| route | for | what | query |\n|---|---|---|---|\n");
    }
    page.append("| `").append(to_text(row->method)).append(" ").append(row->path).append("` | ");
    page.append(to_text(row->to.who())).append(" | ").append(cell(row->summary)).append(" | ");
    page.append(parameter_cell(*row)).append(" |\n");
  }
  return page;
}

} // namespace troupe::http
