/// \file
/// The REST API as documents, made from the rows of the routes: nothing in them is written by hand.
#pragma once

#include "http/route.hpp"

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>
#include <string_view>

namespace troupe::http {

/// `GET /openapi.json`: OpenAPI 3.1.
nlohmann::json openapi(std::span<const route> rows, std::string_view version);

/// The path of a row as OpenAPI has it: it knows no parameter of several segments, so `{name...}` is written as one.
std::string openapi_path(std::string_view path);

/// docs/rest.md
std::string describe_routes(std::span<const route> rows);

/// `everyone`, `view`, `upload`, `operate`, `admin`.
std::string_view to_text(permission who) noexcept;

} // namespace troupe::http
